/** The ways to say when: what each of a document's fields may be, with something to begin with. */
import i18next from "i18next";
import type { Schema } from "../api/types";
import { fieldsOf, formsOf, markOf, resolve } from "../forms/schema";
import { zoneNow } from "../i18n/format";
import { toLocal } from "../i18n/local";
import { scalarText, type Json } from "../model";
import type { Alternative } from "./Alternatives";

type Field = "delay" | "during" | "window" | "reeligible";

const DAY_MS = 86_400_000;

function hourAhead(days: number): string {
  const at = new Date(Date.now() + days * DAY_MS);
  at.setUTCMinutes(0, 0, 0);
  return at.toISOString().replace(".000Z", "Z");
}

const localAhead = (days: number): string =>
  (toLocal(hourAhead(days), zoneNow()) ?? "").slice(0, 10).concat(" 09:00");

/** By the field that tells a form from the others. */
const BEGUN: Record<string, () => Json> = {
  for: () => ({ for: "30m" }),
  days: () => ({ days: 1, at: "09:00" }),
  weekday: () => ({ weekday: "monday", at: "09:00" }),
  best_time: () => ({ best_time: true, fallback: "17:00" }),
  local: () => ({ local: { from: localAhead(0), until: localAhead(30) } }),
  after: () => ({ after: "7d" }),
};

const PERIODS: Partial<Record<Field, () => Json>> = {
  during: () => ({ from: hourAhead(0), until: hourAhead(30) }),
  window: () => ({ from: "09:00", until: "17:00" }),
};

const text = (key: string): string => (i18next.t as (key: string) => string)(`triggered.choices.${key}`);

/** The alternatives of a field of the campaign; the first is that nothing is said. */
export function alternativesOf(root: Schema, name: Field): Alternative[] {
  const field = fieldsOf(root, root).find((one) => one.name === name)?.schema;
  if (!field) return [];
  const forms = field.oneOf ? formsOf(field, root) : [resolve(field, root)];
  const maps = forms.filter((form) => form.properties);
  const words = forms.flatMap((form) => form.enum ?? (form.const === undefined ? [] : [form.const]));
  const plain: Alternative[] = words.length
    ? words.map((word) => ({
        id: scalarText(word),
        label: text(`${name}.${scalarText(word)}`),
        text: text(`${name}.${scalarText(word)}Text`),
        begin: word === field.default ? undefined : word,
        schema: null,
      }))
    : [
        {
          id: "none",
          label: text(`${name}.none`),
          text: text(`${name}.noneText`),
          begin: undefined,
          schema: null,
        },
      ];
  return [
    ...plain,
    ...maps.map((schema): Alternative => {
      const mark = markOf(schema)?.field ?? "";
      const begin = BEGUN[mark] ?? PERIODS[name];
      return {
        id: mark,
        label: text(`${name}.${mark}`),
        text: text(`${name}.${mark}Text`),
        begin: begin?.() ?? {},
        schema,
      };
    }),
  ];
}
