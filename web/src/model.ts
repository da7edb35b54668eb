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

/** The field of a document that lists what is done: nodes of a journey, activities of a campaign. */
export const listOf = (doc: Doc): "nodes" | "activities" =>
  doc.kind === "campaign" ? "activities" : "nodes";

/** All that the list has, what is no step yet included. */
export function itemsOf(doc: Doc): Json[] {
  const items = doc[listOf(doc)];
  return Array.isArray(items) ? items : [];
}

export const withItems = (doc: Doc, items: Json[]): Doc => ({ ...doc, [listOf(doc)]: items });

/** The steps that can be told apart; what is no step yet stays in the document, untouched. */
export const stepsOf = (doc: Doc): Step[] => itemsOf(doc).filter(isStep);

export const isStep = (value: Json | undefined): value is Step =>
  isMap(value) && typeof value.id === "string" && typeof value.type === "string";
