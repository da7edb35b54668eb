/** What a form needs to know of a JSON Schema. */
import type { Schema } from "../api/types";
import { isMap, type Json, type JsonMap } from "../model";

export interface Field {
  name: string;
  schema: Schema;
  isRequired: boolean;
}

/** Follow `$ref` into the root's `$defs`. */
export function resolve(schema: Schema, root: Schema): Schema {
  const name = schema.$ref?.replace("#/$defs/", "");
  const found = name === undefined ? undefined : root.$defs?.[name];
  return found ? resolve({ ...found, ...withoutRef(schema) }, root) : schema;
}

function withoutRef({ $ref: _ref, ...rest }: Schema): Schema {
  return rest;
}

/** The schema of a value that is there: `anyOf [x, null]` is `x` with the field's own words. */
export function present(schema: Schema, root: Schema): Schema {
  const here = resolve(schema, root);
  const branches = (here.anyOf ?? []).filter((branch) => branch.type !== "null");
  const [only] = branches;
  if (!here.anyOf || !only) return here;
  const { anyOf: _branches, ...words } = here;
  if (branches.length !== 1) return { ...words, oneOf: branches };
  const own = words.description === undefined ? {} : { description: words.description };
  return { ...words, ...resolve(only, root), ...own };
}

export function fieldsOf(schema: Schema, root: Schema): Field[] {
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties ?? {}).map(([name, field]) => ({
    name,
    schema: present(field, root),
    isRequired: required.has(name),
  }));
}

/** The forms that a value may have. */
export const formsOf = (schema: Schema, root: Schema): Schema[] =>
  (schema.oneOf ?? []).map((one) => resolve(one, root));

/** What tells a form apart: its constant `type`, or the field that it must have; a text form is itself. */
export function markOf(form: Schema): { field: string; value: Json | undefined } | null {
  const constant = Object.entries(form.properties ?? {}).find(([, field]) => field.const !== undefined);
  if (constant) return { field: constant[0], value: constant[1].const };
  const [first] = form.required ?? [];
  return first === undefined ? null : { field: first, value: undefined };
}

/** Find the form that a value has; -1: none. */
export function formOf(value: Json | undefined, forms: readonly Schema[]): number {
  if (value === undefined) return -1;
  return forms.findIndex((form) => {
    if (!isMap(value)) return fitsText(value, form);
    if (form.type !== "object") return false;
    const mark = markOf(form);
    if (mark === null) return true;
    return mark.value === undefined ? mark.field in value : value[mark.field] === mark.value;
  });
}

function fitsText(value: Json, form: Schema): boolean {
  if (form.const !== undefined) return form.const === value;
  if (form.enum) return form.enum.includes(value);
  const types = [form.type].flat();
  const type = Array.isArray(value) ? "array" : typeof value;
  return types.includes(type) || (type === "number" && types.includes("integer"));
}

/** The least that a value of this schema has, so that its form can be shown. */
export function starterOf(schema: Schema, root: Schema): Json | undefined {
  const here = present(schema, root);
  if (here.const !== undefined) return here.const;
  if (here.type === "object" || here.properties) return starterMap(here, root);
  if (here.type === "array") {
    const { items } = here;
    // Steps and activities have ids, which somebody gives them.
    if (!items || hasIds(items, root) || !isOneForm(items, root)) return [];
    return Array.from({ length: here.minItems ?? 0 }, () => starterOf(items, root) ?? "");
  }
  const [form] = formsOf(here, root);
  if (form) return starterOf(form, root);
  return here.enum?.[0];
}

/** What a form that somebody chose begins with: it has the field that tells it apart, as it could not be shown without. */
export function begunOf(form: Schema, root: Schema): Json {
  const made = starterOf(form, root) ?? (form.properties ? {} : "");
  const mark = markOf(form);
  const field = mark && form.properties?.[mark.field];
  if (!isMap(made) || !mark || !field || mark.field in made) return made;
  return { ...made, [mark.field]: usualOf(present(field, root)) };
}

/** A usual value, to be changed. */
function usualOf(schema: Schema): Json {
  const editor = schema["x-editor"];
  if (editor === "instant") return nextHour();
  if (editor === "recurrence") return "FREQ=DAILY";
  return editor === "duration" ? "1d" : "";
}

const HOUR_MS = 3_600_000;
const nextHour = (): string =>
  new Date(Math.ceil((Date.now() + 1) / HOUR_MS) * HOUR_MS).toISOString().replace(/\.000Z$/, "Z");

/** Whether an item has fields of its own to fill in; of several forms, and of names, somebody has to choose. */
const isOneForm = (item: Schema, root: Schema): boolean => present(item, root).properties !== undefined;

function hasIds(item: Schema, root: Schema): boolean {
  const here = present(item, root);
  return [here, ...formsOf(here, root)].some((form) => form.required?.includes("id"));
}

function starterMap(schema: Schema, root: Schema): JsonMap {
  const found: JsonMap = {};
  for (const field of fieldsOf(schema, root)) {
    if (!field.isRequired) continue;
    const editor = field.schema["x-editor"];
    const value = editor === undefined ? starterOf(field.schema, root) : undefined;
    if (value !== undefined && !(field.schema.enum && field.schema.const === undefined))
      found[field.name] = value;
  }
  return found;
}
