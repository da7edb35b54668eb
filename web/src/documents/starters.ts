/** What a new document begins with. */
import type { Schema } from "../api/types";
import { starterOf } from "../forms/schema";
import { isMap, type Doc } from "../model";

export function starterDocument(kind: string, id: string, title: string, schema: Schema | undefined): Doc {
  const made = schema ? starterOf(schema, schema) : {};
  const { kind: _kind, id: _id, ...rest } = isMap(made) ? made : {};
  return { kind, id, ...(title && title !== id ? { title } : {}), ...rest };
}
