/** Numbers and instants as the user reads them: in his language, and in his zone. */
import i18next from "i18next";

let zone: string | undefined;

export function keepZone(name: string | null | undefined): void {
  zone = name && isZone(name) ? name : undefined;
}

export const zoneNow = (): string => zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;

export function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const language = (): string => i18next.language || "en";

export const number = (value: number): string => new Intl.NumberFormat(language()).format(value);

/** 12,345 stays; what is longer is short, as long as the exact number can be had elsewhere. */
export function short(value: number): string {
  if (Math.abs(value) < 100_000) return number(value);
  return new Intl.NumberFormat(language(), { notation: "compact", maximumFractionDigits: 1 }).format(value);
}

export const percent = (share: number): string =>
  new Intl.NumberFormat(language(), { style: "percent", maximumFractionDigits: 1 }).format(share);

export function instant(text: string | null | undefined, seconds = false): string {
  if (!text) return "–";
  return new Intl.DateTimeFormat(language(), {
    dateStyle: "medium",
    timeStyle: seconds ? "medium" : "short",
    timeZone: zoneNow(),
  }).format(new Date(text));
}

export const day = (text: string): string =>
  new Intl.DateTimeFormat(language(), { dateStyle: "full", timeZone: zoneNow() }).format(new Date(text));

export const clockTime = (text: string): string =>
  new Intl.DateTimeFormat(language(), { timeStyle: "medium", timeZone: zoneNow() }).format(new Date(text));

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];

/** How long ago; further back than a month it is the date. */
export function ago(text: string | null | undefined, now: number = Date.now()): string {
  if (!text) return "–";
  const seconds = (new Date(text).getTime() - now) / 1000;
  if (Math.abs(seconds) > 30 * 86_400) return instant(text);
  const [unit, size] = STEPS.find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
  return new Intl.RelativeTimeFormat(language(), { numeric: "auto", style: "short" }).format(
    Math.round(seconds / size),
    unit,
  );
}

/** `2026-03-02 09:00 UTC` and `2026-03-02T09:00:00Z`, as the server writes instants in sentences. */
const TOLD = /\b(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d)?(?:\.\d+)?(?: UTC|Z)(?![\w:])/g;

/** A sentence of the server with its instants by the clock of its reader. */
export const withInstants = (text: string): string =>
  text.replace(TOLD, (_, date: string, clock: string, seconds: string | undefined) =>
    instant(`${date}T${clock}${seconds ?? ":00"}Z`, seconds !== undefined && seconds !== ":00"),
  );
