/** Wall-clock times of a zone, as inputs of browsers have them: `2026-03-01T09:00`. */

/** Return the wall clock of an instant; null: it is none. */
export function toLocal(instant: string, zone: string): string | null {
  const at = Date.parse(instant);
  return Number.isNaN(at) ? null : clockOf(at, zone).slice(0, 16);
}

/** Return the instant of a wall-clock time, as documents write it; null: it is none. In a gap it is the first instant after. */
export function fromLocal(local: string, zone: string): string | null {
  const wanted = Date.parse(`${local}Z`);
  if (Number.isNaN(wanted)) return null;
  const guess = wanted - offsetAt(wanted, zone);
  const settled = wanted - offsetAt(guess, zone);
  return new Date(settled).toISOString().replace(/\.000Z$/, "Z");
}

const offsetAt = (at: number, zone: string): number =>
  Date.parse(`${clockOf(at, zone)}Z`) - Math.floor(at / 1000) * 1000;

function clockOf(at: number, zone: string): string {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  }).formatToParts(at);
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? "00";
  return `${part("year")}-${part("month")}-${part("day")}T${part("hour")}:${part("minute")}:${part("second")}`;
}
