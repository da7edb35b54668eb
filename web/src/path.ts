/** Places inside a document, written as the server writes them: `nodes[3].paths[0].when`. */
import { isMap, type Json } from "./model";

export type Part = string | number;

export function parsePath(text: string): Part[] {
  const parts: Part[] = [];
  for (const found of text.matchAll(/\[(\d+)\]|([^.[\]]+)/g)) {
    parts.push(found[1] !== undefined ? Number(found[1]) : (found[2] ?? ""));
  }
  return parts;
}

export function formatPath(parts: Part[]): string {
  return parts.reduce<string>(
    (text, part) => (typeof part === "number" ? `${text}[${part}]` : text ? `${text}.${part}` : part),
    "",
  );
}

export function readAt(value: Json | undefined, parts: Part[]): Json | undefined {
  let here = value;
  for (const part of parts) {
    if (Array.isArray(here) && typeof part === "number") here = here[part];
    else if (isMap(here) && typeof part === "string") here = here[part];
    else return undefined;
  }
  return here;
}

/** Return a copy with another value at a place; `undefined` takes the field out. Everything else is the same object. */
export function writeAt<T extends Json>(value: T, parts: Part[], next: Json | undefined): T {
  const [part, ...rest] = parts;
  if (part === undefined) return next as T;
  return (
    typeof part === "number" ? writeItem(value, part, rest, next) : writeField(value, part, rest, next)
  ) as T;
}

function writeItem(value: Json, index: number, rest: Part[], next: Json | undefined): Json {
  const items = Array.isArray(value) ? [...value] : [];
  if (rest.length === 0 && next === undefined) items.splice(index, 1);
  else items[index] = writeAt(items[index] ?? {}, rest, next);
  return items;
}

function writeField(value: Json, name: string, rest: Part[], next: Json | undefined): Json {
  const map = isMap(value) ? value : {};
  if (rest.length === 0 && next === undefined) {
    const { [name]: _gone, ...others } = map;
    return others;
  }
  return { ...map, [name]: writeAt(map[name] ?? (typeof rest[0] === "number" ? [] : {}), rest, next) };
}
