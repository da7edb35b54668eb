/** What each step says so far, in a few words. */
import i18next from "i18next";
import { conditionWords } from "../canvas/summary";
import { durationWords } from "../i18n/duration";
import { instant } from "../i18n/format";
import { word } from "../i18n/words";
import { isMap, textOf, type Doc, type Json, type JsonMap } from "../model";
import type { FormStep } from "./steps";

const duration = (value: Json | undefined): string => durationWords(textOf(value), i18next.language);
const listOf = (value: Json | undefined): JsonMap[] => (Array.isArray(value) ? value.filter(isMap) : []);

export function summaryOf(step: FormStep["id"], doc: Doc): string {
  return SUMMARIES[step](doc);
}

const SUMMARIES: Record<FormStep["id"], (doc: Doc) => string> = {
  trigger: (doc) => happeningsWords(doc.trigger),
  delay: (doc) => delayWords(doc.delay),
  exceptions: (doc) => happeningsWords(doc.unless) || i18next.t("triggered.none.exceptions"),
  duration: (doc) => duringWords(doc.during),
  window: (doc) => windowWords(doc.window),
  again: (doc) => againWords(doc.reeligible),
  message: messageWords,
  goals: (doc) =>
    listOf(doc.conversions)
      .map((one) => textOf(one.event))
      .filter(Boolean)
      .join(", ") || i18next.t("triggered.none.goals"),
  name: (doc) => textOf(doc.title) || textOf(doc.id),
};

/** What may set a campaign off, or keep it from leaving. */
export function happeningsWords(value: Json | undefined): string {
  return listOf(value).map(happeningWords).filter(Boolean).join(i18next.t("conditions.words.any"));
}

function happeningWords(one: JsonMap): string {
  const [field] = Object.keys(one);
  if (field === undefined) return "";
  const value = one[field];
  const name = typeof value === "string" && field !== "session" ? value : "";
  const condition = one.where === undefined ? "" : ` (${conditionWords(one.where)})`;
  return `${name || word("forms", field)}${condition}`;
}

export function delayWords(value: Json | undefined): string {
  const t = i18next.t;
  if (!isMap(value)) return t("triggered.none.delay");
  if (value.for !== undefined) return t("triggered.words.after", { time: duration(value.for) });
  if (value.days !== undefined)
    return t("triggered.words.days", { count: Number(value.days), at: textOf(value.at) });
  if (value.weekday !== undefined)
    return t("triggered.words.weekday", { day: word("values", textOf(value.weekday)), at: textOf(value.at) });
  return t("triggered.words.bestTime", { at: textOf(value.fallback) });
}

function duringWords(value: Json | undefined): string {
  if (!isMap(value)) return i18next.t("triggered.none.duration");
  const { local } = value;
  if (isMap(local)) return `${textOf(local.from)} – ${textOf(local.until)}`;
  return `${instant(textOf(value.from))} – ${instant(textOf(value.until))}`;
}

function windowWords(value: Json | undefined): string {
  if (!isMap(value)) return i18next.t("triggered.none.window");
  return `${textOf(value.from)} – ${textOf(value.until)}`;
}

function againWords(value: Json | undefined): string {
  if (isMap(value)) return i18next.t("triggered.words.againAfter", { time: duration(value.after) });
  return i18next.t(value === "always" ? "triggered.words.always" : "triggered.words.never");
}

function messageWords(doc: Doc): string {
  const variants = listOf(doc.variants);
  const messages = variants.length
    ? i18next.t("triggered.words.variants", { count: variants.length })
    : listOf(doc.messages)
        .map((one) => [word("values", textOf(one.channel)), textOf(one.template)].filter(Boolean).join(": "))
        .join(", ");
  const control = typeof doc.control === "number" && doc.control > 0 ? doc.control : null;
  return [messages, control !== null && i18next.t("triggered.words.control", { percent: control })]
    .filter(Boolean)
    .join(" · ");
}
