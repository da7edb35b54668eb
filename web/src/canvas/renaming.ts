/** Renaming a step: its name in other steps' fields and in expressions. */
import type { NodeType, Schema } from "../api/types";
import { isMap, type Json, type JsonMap, type Step } from "../model";
import { resolve } from "../forms/schema";

export function renameIn(step: Step, type: NodeType | undefined, from: string, to: string): Step {
  return type ? (renamed(step, type.schema, type.schema, from, to) as Step) : step;
}

function renamed(value: Json, schema: Schema | undefined, root: Schema, from: string, to: string): Json {
  if (!schema) return value;
  if (Array.isArray(value)) {
    const items = branches(schema, root).find((branch) => branch.items)?.items;
    return value.map((item) => renamed(item, items, root, from, to));
  }
  if (isMap(value)) return renamedMap(value, schema, root, from, to);
  if (typeof value !== "string") return value;
  const editor = branches(schema, root).find((branch) => branch["x-editor"])?.["x-editor"];
  if (editor === "outlet" || editor === "node") return value === from ? to : value;
  if (editor === "transition") return value.split(".")[0] === from ? to + value.slice(from.length) : value;
  return editor === "expression" || editor === "condition" ? inExpression(value, from, to) : value;
}

function renamedMap(map: JsonMap, schema: Schema, root: Schema, from: string, to: string): JsonMap {
  const all = branches(schema, root);
  if (all.some((branch) => branch["x-editor"] === "condition")) return inCondition(map, from, to) as JsonMap;
  const find = (name: string): Schema | undefined =>
    all
      .map((branch) => branch.properties?.[name] ?? Object.values(branch.patternProperties ?? {})[0])
      .find(Boolean);
  return Object.fromEntries(
    Object.entries(map).map(([name, item]) => [name, renamed(item, find(name), root, from, to)]),
  );
}

function branches(schema: Schema, root: Schema): Schema[] {
  const here = resolve(schema, root);
  return [
    here,
    ...[...(here.anyOf ?? []), ...(here.oneOf ?? [])].flatMap((branch) => branches(branch, root)),
  ];
}

const TEXTS = new Set(["where", "of"]);

function inCondition(value: Json, from: string, to: string): Json {
  if (typeof value === "string") return inExpression(value, from, to);
  if (Array.isArray(value)) return value.map((item) => inCondition(item, from, to));
  if (!isMap(value)) return value;
  const nested = (name: string): boolean => TEXTS.has(name) || ["all", "any", "not", "sum"].includes(name);
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, nested(name) ? inCondition(item, from, to) : item]),
  );
}

/** `old.x` becomes `new.x`; text in quotes and longer names that end alike stay. A name with a hyphen is quoted. */
export function inExpression(text: string, from: string, to: string): string {
  const quote = (id: string): string => (id.includes("-") ? `"${id}"` : id);
  const pattern = new RegExp(`('(?:[^']|'')*')|(?<![\\w."])"?${from}"?(?=\\.\\w)`, "g");
  return text.replace(
    pattern,
    (whole, literal: string | undefined) => literal ?? (whole ? quote(to) : whole),
  );
}
