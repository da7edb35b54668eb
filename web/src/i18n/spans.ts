/** How long something takes, and times of a day. */
import i18next from "i18next";
import { zoneNow } from "./format";

const language = (): string => i18next.language || "en";
const UNITS = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
] as const;

/** Seconds in the one unit that says enough: `0.4 sec`, `3 min`, `2.5 hr`. */
export function span(seconds: number): string {
  const [unit, size] = UNITS.find(([, length]) => seconds >= length) ?? (["second", 1] as const);
  const value = seconds / size;
  return new Intl.NumberFormat(language(), {
    style: "unit",
    unit,
    unitDisplay: "short",
    maximumFractionDigits: value < 10 ? 1 : 0,
  }).format(value);
}

/** The time of day in the user's zone, to the second. */
export const clock = (at: string): string =>
  new Intl.DateTimeFormat(language(), { timeStyle: "medium", timeZone: zoneNow() }).format(new Date(at));
