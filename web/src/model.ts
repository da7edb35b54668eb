/** A document as it is written: plain JSON, without defaults. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonMap = Record<string, Json>;
export type Doc = JsonMap;
export type Step = JsonMap & { id: string; type: string };

export const isMap = (value: Json | undefined): value is JsonMap =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const textOf = (value: Json | undefined): string => (typeof value === "string" ? value : "");

/** A single value as text; maps and lists have none. */
export const scalarText = (value: Json | undefined): string =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : "";

/** The steps of a journey that can be told apart; what is no step yet stays in the document, untouched. */
export function stepsOf(doc: Doc): Step[] {
  const nodes = Array.isArray(doc.nodes) ? doc.nodes : [];
  return nodes.filter(isStep);
}

export const isStep = (value: Json | undefined): value is Step =>
  isMap(value) && typeof value.id === "string" && typeof value.type === "string";
