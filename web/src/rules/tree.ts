/** Conditions as a tree: where a part is, putting one in, and moving one elsewhere. */
import { isMap, type Json, type JsonMap } from "../model";
import { readAt, writeAt, type Part } from "../path";

/** A place inside a condition: `["all", 0, "not"]`; empty: the whole. */
export type Place = readonly Part[];

export const placeKey = (place: Place): string => place.join("/");

/** Where something can be put: among the members of a group, or (`index` null) into a part that is there. */
export interface Slot {
  place: Place;
  index: number | null;
}

export const groupOf = (value: Json | undefined): "all" | "any" | null =>
  isMap(value) ? ("all" in value ? "all" : "any" in value ? "any" : null) : null;

const isNothing = (value: Json | undefined): boolean => value === undefined || value === "" || value === null;

/** Put a condition in; what is there already is joined with it, and what is not filled in makes room. */
export function put(root: Json | undefined, { place, index }: Slot, condition: Json): Json {
  return writeWhole(root, place, joined(readAt(root, [...place]), index, condition));
}

function joined(here: Json | undefined, index: number | null, condition: Json): Json {
  if (isNothing(here)) return condition;
  const form = groupOf(here);
  if (form === null) return { all: [here as Json, condition] };
  const members = (here as JsonMap)[form];
  const list = Array.isArray(members) ? members : [];
  if (list.length === 1 && isNothing(list[0])) return { [form]: [condition] };
  const at = Math.min(index ?? list.length, list.length);
  return { [form]: [...list.slice(0, at), condition, ...list.slice(at)] };
}

function writeWhole(root: Json | undefined, place: Place, next: Json): Json {
  return place.length ? writeAt<Json>(root ?? null, [...place], next) : next;
}

const isInside = (place: Place, outer: Place): boolean => outer.every((part, index) => place[index] === part);

/** What stands for a part that is on its way. */
const GONE = Object.freeze({ gone: true }) as unknown as Json;

/** Move a part elsewhere; into itself it cannot go. */
export function move(root: Json, from: Place, slot: Slot): Json {
  const part = readAt(root, [...from]);
  if (part === undefined || !from.length || isInside(slot.place, from)) return root;
  const marked = writeWhole(root, from, GONE);
  return without(put(marked, slot, part)) ?? part;
}

/** Take a part out; a group that has nothing left goes with it. */
export function take(root: Json, place: Place): Json | undefined {
  return place.length ? without(writeWhole(root, place, GONE)) : undefined;
}

function without(value: Json): Json | undefined {
  if (value === GONE) return undefined;
  const form = groupOf(value);
  if (form !== null && isMap(value)) {
    const members = value[form];
    if (!Array.isArray(members)) return value;
    const left = members.map(without).filter((one): one is Json => one !== undefined);
    return left.length || !members.length ? { ...value, [form]: left } : undefined;
  }
  if (isMap(value) && value.not !== undefined) return { ...value, not: without(value.not) ?? "" };
  return value;
}

/** The places before and behind a member, in its group; null: there is none. */
export function neighbours(
  root: Json,
  place: Place,
): { up: Slot | null; down: Slot | null; out: Slot | null } {
  const index = place.at(-1);
  const group = place.slice(0, -2);
  if (typeof index !== "number") return { up: null, down: null, out: null };
  const members = readAt(root, [...place.slice(0, -1)]);
  const count = Array.isArray(members) ? members.length : 0;
  return {
    up: index > 0 ? { place: group, index: index - 1 } : null,
    down: index < count - 1 ? { place: group, index: index + 2 } : null,
    out: outer(group),
  };
}

/** Behind a group, in the group around it. */
function outer(group: Place): Slot | null {
  const index = group.at(-1);
  return typeof index === "number" ? { place: group.slice(0, -2), index: index + 1 } : null;
}

/** Whether every part of a condition is filled in, so that it can be counted. */
export function isWhole(value: Json | undefined): boolean {
  if (isNothing(value)) return false;
  if (!isMap(value)) return true;
  const map = value;
  const form = groupOf(map);
  if (form !== null) {
    const members = map[form];
    return Array.isArray(members) && members.length > 0 && members.every(isWhole);
  }
  if ("not" in map) return isWhole(map.not);
  return ["did", "in", "related", "engaged", "subscribed"].every((name) => map[name] !== "");
}
