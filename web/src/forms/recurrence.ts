/** Recurrence rules that people make with a few fields; anything else of RFC 5545 is text that they write. */
export type Every = "hour" | "day" | "week" | "month";
export type Day = "MO" | "TU" | "WE" | "TH" | "FR" | "SA" | "SU";
export const DAYS: Day[] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

export interface Recurrence {
  every: Every;
  interval: number;
  /** Of weeks: the days. Of months with a place: the one day. */
  days: Day[];
  /** Of months: which day (-1: the last), or which of the weekdays in `days` (-1: the last). */
  monthDay: number | null;
  place: number | null;
  hour: number;
  minute: number;
}

const FREQUENCIES: Record<Every, string> = { hour: "HOURLY", day: "DAILY", week: "WEEKLY", month: "MONTHLY" };
const KNOWN = new Set(["FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYHOUR", "BYMINUTE", "BYSECOND"]);

export const usual: Recurrence = {
  every: "week",
  interval: 1,
  days: ["MO"],
  monthDay: null,
  place: null,
  hour: 9,
  minute: 0,
};

/** Read a rule; null: it says more than the fields can, or leaves the time of day open. */
export function readRule(text: string): Recurrence | null {
  const parts = new Map(
    text
      .trim()
      .toUpperCase()
      .replace(/^RRULE:/, "")
      .split(";")
      .map((part) => part.split("=", 2) as [string, string | undefined]),
  );
  if ([...parts.keys()].some((name) => !KNOWN.has(name))) return null;
  const every = (Object.keys(FREQUENCIES) as Every[]).find((one) => FREQUENCIES[one] === parts.get("FREQ"));
  const interval = whole(parts.get("INTERVAL") ?? "1");
  const minute = whole(parts.get("BYMINUTE"));
  const hour = every === "hour" ? 0 : whole(parts.get("BYHOUR"));
  if (!every || interval === null || interval < 1 || minute === null || hour === null) return null;
  if ((parts.get("BYSECOND") ?? "0") !== "0" || (every === "hour" && parts.has("BYHOUR"))) return null;
  const place = placeOf(every, parts.get("BYDAY"), parts.get("BYMONTHDAY"));
  return place && { every, interval, ...place, hour, minute };
}

type Place = Pick<Recurrence, "days" | "monthDay" | "place">;

function placeOf(every: Every, byDay: string | undefined, byMonthDay: string | undefined): Place | null {
  const none: Place = { days: [], monthDay: null, place: null };
  if (every === "week") {
    const days = (byDay ?? "").split(",").filter(isDay);
    return byMonthDay === undefined && days.length > 0 && days.join(",") === byDay ? { ...none, days } : null;
  }
  if (every !== "month") return byDay === undefined && byMonthDay === undefined ? none : null;
  if (byDay === undefined) {
    const monthDay = whole(byMonthDay);
    return monthDay === null ? null : { ...none, monthDay };
  }
  const found = /^(-1|[1-4])([A-Z]{2})$/.exec(byDay);
  const day = found?.[2] ?? "";
  return found && isDay(day) && byMonthDay === undefined
    ? { ...none, days: [day], place: Number(found[1]) }
    : null;
}

const isDay = (text: string): text is Day => (DAYS as string[]).includes(text);

const whole = (text: string | undefined): number | null =>
  text !== undefined && /^-?\d{1,3}$/.test(text) ? Number(text) : null;

export function writeRule({ every, interval, days, monthDay, place, hour, minute }: Recurrence): string {
  const inOrder = DAYS.filter((day) => days.includes(day));
  const where =
    every === "week"
      ? `;BYDAY=${inOrder.join(",") || "MO"}`
      : every !== "month"
        ? ""
        : place !== null
          ? `;BYDAY=${place}${inOrder[0] ?? "MO"}`
          : `;BYMONTHDAY=${monthDay ?? 1}`;
  const often = interval > 1 ? `;INTERVAL=${interval}` : "";
  const when = every === "hour" ? "" : `;BYHOUR=${hour}`;
  return `FREQ=${FREQUENCIES[every]}${often}${where}${when};BYMINUTE=${minute};BYSECOND=0`;
}

export const clockOf = ({ hour, minute }: Recurrence): string =>
  `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
