/** Values that somebody types for declared parameters. */
import { asValue } from "../forms/comparison";
import { isMap, scalarText, type Json, type JsonMap } from "../model";

export interface Parameter {
  name: string;
  type: string;
}

/** Read parameters as documents declare them: `city: string`, `days: {type: integer}`, `tags: [string]`. */
export function parametersOf(declared: Json | undefined): Parameter[] {
  return Object.entries(isMap(declared) ? declared : {}).map(([name, one]) => ({ name, type: typeOf(one) }));
}

function typeOf(declared: Json): string {
  if (typeof declared === "string") return declared;
  if (Array.isArray(declared)) return `[${scalarText(declared[0])}]`;
  return isMap(declared) && declared.type !== undefined ? typeOf(declared.type) : "string";
}

/** Return what was typed, each of its type; what is left empty is not given. */
export function givenValues(parameters: Parameter[], typed: Record<string, string>): JsonMap {
  const given: JsonMap = {};
  for (const { name, type } of parameters) {
    const text = typed[name] ?? "";
    if (text !== "") given[name] = valueOf(text, type);
  }
  return given;
}

function valueOf(text: string, type: string): Json {
  if (type.startsWith("[")) return text.split(",").map((part) => asValue(part.trim(), type.slice(1, -1)));
  if (type !== "json") return asValue(text, type);
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
