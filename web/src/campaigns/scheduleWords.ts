/** When a campaign runs, in words. */
import i18next from "i18next";
import { ruleWords } from "../forms/recurrenceWords";
import { instant } from "../i18n/format";
import { isMap, textOf, type Json } from "../model";

export type Mode = "asap" | "once" | "rrule" | "signal";

export function modeOf(schedule: Json | undefined): Mode {
  if (!isMap(schedule)) return "asap";
  return (["once", "rrule", "signal"] as const).find((mode) => mode in schedule) ?? "asap";
}

export function scheduleWords(schedule: Json | undefined, zone: Json | undefined): string {
  const mode = modeOf(schedule);
  if (!isMap(schedule) || mode === "asap") return i18next.t("campaign.schedule.asapWords");
  if (mode === "signal") return i18next.t("campaign.schedule.signalWords");
  if (mode === "once")
    return i18next.t("campaign.schedule.onceWords", { at: instant(textOf(schedule.once)) });
  const clock = textOf(schedule.timezone) || textOf(zone);
  return [ruleWords(textOf(schedule.rrule)), clock].filter(Boolean).join(" · ");
}
