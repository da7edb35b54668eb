/** Two people changed one document: what only one of them changed is taken; what both did is for somebody to choose. */
import { isMap, type Json, type JsonMap } from "../model";
import { formatPath, writeAt, type Part } from "../path";
import { equal } from "./equal";

export interface Conflict {
  /** Where, as people read it: lists of things with ids go by id. */
  path: string;
  parts: Part[];
  mine: Json | undefined;
  theirs: Json | undefined;
}
export interface Merged {
  value: Json;
  conflicts: Conflict[];
}

/** Merge `mine` and `theirs`, both made from `base`. Where both changed one place, `mine` stands in the value. */
export function merge(base: Json, mine: Json, theirs: Json): Merged {
  const conflicts: Conflict[] = [];
  const value = merged(base, mine, theirs, [], [], conflicts);
  return { value: value ?? null, conflicts };
}

type Maybe = Json | undefined;

function merged(
  base: Maybe,
  mine: Maybe,
  theirs: Maybe,
  parts: Part[],
  names: Part[],
  out: Conflict[],
): Maybe {
  if (equal(mine, theirs) || equal(base, theirs)) return mine;
  if (equal(base, mine)) return theirs;
  if (isMap(mine) && isMap(theirs))
    return mergedMaps(isMap(base) ? base : {}, mine, theirs, parts, names, out);
  const lists = [base ?? [], mine, theirs].map(keyed);
  if (lists.every((list) => list !== null)) return mergedLists(lists, parts, names, out);
  out.push({ path: formatPath(names), parts, mine, theirs });
  return mine;
}

function mergedMaps(
  base: JsonMap,
  mine: JsonMap,
  theirs: JsonMap,
  parts: Part[],
  names: Part[],
  out: Conflict[],
): JsonMap {
  const found: JsonMap = {};
  for (const name of new Set([...Object.keys(mine), ...Object.keys(theirs)])) {
    const value = merged(base[name], mine[name], theirs[name], [...parts, name], [...names, name], out);
    if (value !== undefined) found[name] = value;
  }
  return found;
}

type Keyed = Map<string, Json>;

/** A list of things with ids, by id; null where it is something else. */
function keyed(value: Maybe): Keyed | null {
  if (!Array.isArray(value)) return null;
  const entries = value.map((item): [string, Json] | null =>
    isMap(item) && typeof item.id === "string" ? [item.id, item] : null,
  );
  if (entries.some((entry) => entry === null)) return null;
  const map = new Map(entries as [string, Json][]);
  return map.size === value.length ? map : null;
}

function mergedLists([base, mine, theirs]: Keyed[], parts: Part[], names: Part[], out: Conflict[]): Json[] {
  const found: Json[] = [];
  if (!base || !mine || !theirs) return found;
  for (const id of orderOf(mine, theirs)) {
    const place: Part[] = [...parts, found.length];
    const value = merged(base.get(id), mine.get(id), theirs.get(id), place, [...names, id], out);
    const wasConflict =
      out.at(-1)?.parts.length === place.length && out.at(-1)?.parts.at(-1) === found.length;
    if (value !== undefined) found.push(value);
    else if (wasConflict) out[out.length - 1] = { ...(out.at(-1) as Conflict), parts: [...parts, -1] };
  }
  return found;
}

/** My order; what only they have stands behind what it follows with them. */
function orderOf(mine: Keyed, theirs: Keyed): string[] {
  const order = [...mine.keys()];
  let before: string | null = null;
  for (const id of theirs.keys()) {
    if (!mine.has(id)) order.splice(before === null ? 0 : order.indexOf(before) + 1, 0, id);
    before = id;
  }
  return order;
}

/** Take their value at some of the places. */
export function settle(
  value: Json,
  conflicts: readonly Conflict[],
  takesTheirs: (conflict: Conflict) => boolean,
): Json {
  const removedLast = [...conflicts].filter(takesTheirs).sort((a, b) => order(b) - order(a));
  return removedLast.reduce((whole, { parts, theirs }) => {
    if (parts.at(-1) !== -1) return writeAt(whole, parts, theirs);
    return theirs === undefined ? whole : appendAt(whole, parts.slice(0, -1), theirs);
  }, value);
}

const order = (conflict: Conflict): number => Number(conflict.parts.at(-1)) || 0;

function appendAt(value: Json, parts: Part[], item: Json): Json {
  const [part, ...rest] = parts;
  if (part === undefined) return Array.isArray(value) ? [...value, item] : [item];
  const here = Array.isArray(value) ? value[Number(part)] : isMap(value) ? value[part] : undefined;
  return writeAt(value, [part], appendAt(here ?? [], rest, item));
}
