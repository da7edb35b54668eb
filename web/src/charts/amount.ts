/** Amounts on axes and in tables, in the user's language. */
import i18next from "i18next";
import { percent, short } from "../i18n/format";
import { span } from "../i18n/spans";

export type Unit = "rate" | "seconds" | "share";

export function amount(value: number, unit?: Unit): string {
  if (unit === "share") return percent(value);
  if (unit === "seconds") return value === 0 ? "0" : span(value);
  if (unit === "rate") return i18next.t("monitor.perSecond", { value: short(value) });
  return short(value);
}
