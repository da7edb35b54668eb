/** A recurrence in words, in the user's language. */
import i18next from "i18next";
import { clockOf, DAYS, readRule, type Day } from "./recurrence";

/** The name of a weekday; the first of January 2024 was a Monday. */
export function dayName(day: Day, length: "long" | "short" = "long"): string {
  const date = new Date(Date.UTC(2024, 0, 1 + DAYS.indexOf(day)));
  return new Intl.DateTimeFormat(i18next.language, { weekday: length, timeZone: "UTC" }).format(date);
}

export function placeName(place: number): string {
  return i18next.t(`recurrence.places.${place === -1 ? "last" : (String(place) as "1")}`);
}

/** What a rule says; one that is not understood stands for itself. */
export function ruleWords(text: string): string {
  const rule = readRule(text);
  if (!rule) return text;
  const t = i18next.t;
  const every = t(`recurrence.everyOf.${rule.every}`, { count: rule.interval });
  if (rule.every === "hour") return t("recurrence.hourly", { every, minute: rule.minute });
  const at = clockOf(rule);
  if (rule.every === "day") return t("recurrence.daily", { every, at });
  if (rule.every === "week") {
    const list = new Intl.ListFormat(i18next.language, { type: "conjunction", style: "short" });
    return t("recurrence.weekly", { every, days: list.format(rule.days.map((day) => dayName(day))), at });
  }
  const [day] = rule.days;
  const which =
    rule.place !== null && day
      ? t("recurrence.nth", { place: placeName(rule.place), day: dayName(day) })
      : rule.monthDay === -1
        ? t("recurrence.lastDay")
        : t("recurrence.dayNumber", { day: rule.monthDay ?? 1 });
  return t("recurrence.monthly", { every, which, at });
}
