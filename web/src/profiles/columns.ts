/** Which attributes the list shows; the choice stays in this browser. */
import { useState } from "react";
import type { Attribute } from "../api/types";
import { keptAs } from "../root";

const KEPT = keptAs("sojourn.profiles.columns");
const MOST = 4;
/** What people look for first, in whatever workspace. */
const TELLING = /^(e?mail|phone|(first_|last_|full_)?name|city|country|locale|plan|segment)$/i;

export function usualColumns(attributes: readonly Attribute[]): string[] {
  const plain = attributes.filter(({ name, type }) => name !== "profile_id" && !isWide(type));
  const telling = plain.filter(({ name }) => TELLING.test(name));
  return [...telling, ...plain.filter((one) => !telling.includes(one))]
    .slice(0, MOST)
    .map(({ name }) => name);
}

const isWide = (type: string): boolean => type === "json" || type.startsWith("[");

export function useColumns(attributes: readonly Attribute[]): [string[], (names: string[]) => void] {
  const [chosen, choose] = useState<string[] | null>(read);
  const known = new Set(attributes.map(({ name }) => name));
  const shown = chosen?.filter((name) => known.has(name));
  const keep = (names: string[]): void => {
    localStorage.setItem(KEPT, JSON.stringify(names));
    choose(names);
  };
  return [shown ?? usualColumns(attributes), keep];
}

function read(): string[] | null {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEPT) ?? "null");
    return Array.isArray(kept) ? kept.filter((one): one is string => typeof one === "string") : null;
  } catch {
    return null;
  }
}
