/** What a step does, in a few words. */
import i18next from "i18next";
import type { NodeType } from "../api/types";
import { fieldsOf, type Field } from "../forms/schema";
import { durationWords } from "../i18n/duration";
import { instant } from "../i18n/format";
import { word } from "../i18n/words";
import { isMap, textOf, type Json, type JsonMap, type Step } from "../model";
import type { Exit } from "./exits";

const QUIET = new Set(["id", "type", "name", "transactional"]);

/** The first thing that is said of a step; empty: nothing is. */
export function summaryOf(step: Step, type: NodeType | undefined): string {
  if (!type) return "";
  const drawn = new Set(type.inlets.map((inlet) => inlet.field));
  const fields = fieldsOf(type.schema, type.schema).filter(
    ({ name, schema }) => !QUIET.has(name) && !drawn.has(name) && schema["x-editor"] !== "outlet",
  );
  const told = fields
    .filter(({ name }) => step[name] !== undefined && step[name] !== "")
    .sort((a, b) => weight(a) - weight(b))
    .map((field) => said(field, step[field.name]))
    .filter(Boolean);
  return told.slice(0, 2).join(" · ");
}

/** Tell whether there is nothing to say of steps of a type. */
export function isSaid(type: NodeType | undefined): boolean {
  const fields = type ? fieldsOf(type.schema, type.schema) : [];
  const drawn = new Set(type?.inlets.map((inlet) => inlet.field));
  return fields.every(
    ({ name, schema }) => QUIET.has(name) || drawn.has(name) || schema["x-editor"] === "outlet",
  );
}

const weight = ({ schema, isRequired }: Field): number => {
  if (schema["x-editor"] === "document") return 0;
  return isRequired ? 1 : schema["x-editor"] === "duration" ? 2 : 3;
};

function said({ schema }: Field, value: Json | undefined): string {
  const editor = schema["x-editor"];
  if (editor === "duration") return durationWords(textOf(value), i18next.language);
  if (editor === "instant") return instant(textOf(value));
  if (editor === "condition") return conditionWords(value);
  if (Array.isArray(value))
    return value.every((one) => typeof one === "string")
      ? value.join(", ")
      : i18next.t("canvas.paths", { count: value.length });
  if (isMap(value)) return Object.keys(value).join(", ");
  if (schema.enum && typeof value === "string") return word("values", value, value);
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** A condition in a few words. */
export function conditionWords(value: Json | undefined): string {
  if (typeof value === "string") return value;
  if (!isMap(value)) return "";
  for (const form of ["in", "did", "engaged", "subscribed", "related"] as const) {
    if (form in value) return i18next.t(`conditions.words.${form}`, { name: textOf(value[form]) });
  }
  if (isMap(value) && "not" in value)
    return i18next.t("conditions.words.not", { what: conditionWords(value.not) });
  for (const form of ["all", "any"] as const) {
    const members = value[form];
    if (Array.isArray(members))
      return members.map(conditionWords).join(i18next.t(`conditions.words.${form}`));
  }
  return "";
}

/** What is written at a way out; null: there is only one, and it says nothing. */
export function exitWords(exit: Exit, step: Step, count: number): string | null {
  if (exit.name) return exit.name;
  if (exit.index === null) return count > 1 ? outcomeWords(exit.field, step.type) : null;
  const list = step[exit.field];
  const item = Array.isArray(list) ? list[exit.index] : undefined;
  return (isMap(item) ? pathWords(item) : "") || i18next.t("canvas.path", { number: exit.index + 1 });
}

const outcomeWords = (field: string, type: string): string =>
  word("outcomes", `${type}_${field}`, word("outcomes", field));

function pathWords(path: JsonMap): string {
  if (typeof path.share === "number") return `${path.share} %`;
  if (path.when !== undefined) return conditionWords(path.when);
  if (typeof path.event === "string") return path.event;
  return typeof path.reaction === "string" ? word("values", path.reaction) : "";
}

/** How profiles come in, in a few words. */
export function entryWords(entry: Json | undefined): string {
  if (!isMap(entry)) return "";
  const type = textOf(entry.type);
  const name = textOf(entry.event) || textOf(entry.audience) || conditionWords(entry.audience);
  return [word("forms", type), name].filter(Boolean).join(" · ");
}
