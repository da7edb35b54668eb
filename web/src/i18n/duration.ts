/** Durations as documents write them: `45s`, `1d12h`, ISO 8601. */
export type Unit = "s" | "m" | "h" | "d" | "w";
export const UNITS: Unit[] = ["s", "m", "h", "d", "w"];
export const SECONDS: Record<Unit, number> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

export interface Amount {
  count: number;
  unit: Unit;
}

/** Read `90m` or `1d12h`; null: it is not of this form (ISO 8601, or unfinished). */
export function parseDuration(text: string): Amount[] | null {
  if (!/^(\d+[wdhms])+$/.test(text)) return null;
  return [...text.matchAll(/(\d+)([wdhms])/g)].map(([, count, unit]) => ({
    count: Number(count),
    unit: unit as Unit,
  }));
}

export const formatDuration = (amounts: readonly Amount[]): string =>
  amounts.map(({ count, unit }) => `${count}${unit}`).join("");

const LONG: Record<Unit, string> = { s: "second", m: "minute", h: "hour", d: "day", w: "week" };

/** `1d12h` in words, such as “1 day 12 hours”; what cannot be read stays as it is. */
export function durationWords(text: string, language: string): string {
  const amounts = parseDuration(text);
  if (!amounts) return text;
  return amounts
    .map(({ count, unit }) =>
      new Intl.NumberFormat(language, { style: "unit", unit: LONG[unit], unitDisplay: "long" }).format(count),
    )
    .join(" ");
}
