import type { Doc } from "../model";

/** What the time line depends on: names and goals move nothing. */
export function timedPart(doc: Doc): Doc {
  const { title: _title, description: _description, labels: _labels, conversions: _goals, ...rest } = doc;
  return rest;
}
