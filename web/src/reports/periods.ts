/** Hours, days and weeks of a breakdown: all of them, also those in which nothing happened. */
import i18next from "i18next";
import type { Breakdown } from "../api/types";

export const PERIODS = ["hour", "day", "week"] as const;
export type Period = (typeof PERIODS)[number];
type Row = Breakdown["rows"][number];

const HOUR = 3_600_000;
const LENGTH: Record<Period, number> = { hour: HOUR, day: 24 * HOUR, week: 168 * HOUR };
const MOST = 1500;

const read = (key: string): number => Date.parse(`${key}:00Z`);
const written = (at: number): string => new Date(at).toISOString().slice(0, 16);

/** Put in periods that no row tells of; where there would be too many the rows stay as they are. */
export function filled(rows: readonly Row[], by: Period): Row[] {
  const known = new Map(rows.flatMap((row) => (row.key === null ? [] : [[row.key, row] as const])));
  const keys = [...known.keys()].sort();
  const [first, last] = [keys[0], keys.at(-1)];
  if (first === undefined || last === undefined) return [];
  const count = (read(last) - read(first)) / LENGTH[by] + 1;
  if (count > MOST) return [...rows];
  return Array.from({ length: Math.round(count) }, (_, index) => {
    const key = written(read(first) + index * LENGTH[by]);
    return known.get(key) ?? { key, counts: {} };
  });
}

/** A period by its name: its key is a time of the clock on the user's wall already. */
export function periodName(key: string, by: Period): string {
  const style: Intl.DateTimeFormatOptions =
    by === "hour"
      ? { month: "short", day: "numeric", hour: "numeric" }
      : { year: "2-digit", month: "short", day: "numeric" };
  return new Intl.DateTimeFormat(i18next.language || "en", { ...style, timeZone: "UTC" }).format(read(key));
}

/** The period that says most of a time span: not more than some forty bars. */
export function fitting(since: string | null, until: string | null): Period {
  if (!since || !until) return "day";
  const days = (Date.parse(until) - Date.parse(since)) / (24 * HOUR);
  if (days <= 2) return "hour";
  return days <= 60 ? "day" : "week";
}
