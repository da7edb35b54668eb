/** Steps that somebody moved by hand: kept in this browser, as documents have no coordinates. */
import { keptAs } from "../root";
import type { Point } from "./layout";

const keyOf = (id: string): string => keptAs(`sojourn.places.${id}`);

export function readPlaces(id: string): Record<string, Point> {
  try {
    return JSON.parse(localStorage.getItem(keyOf(id)) ?? "{}") as Record<string, Point>;
  } catch {
    return {};
  }
}

export function keepPlaces(id: string, places: Readonly<Record<string, Point>>): void {
  if (Object.keys(places).length) localStorage.setItem(keyOf(id), JSON.stringify(places));
  else localStorage.removeItem(keyOf(id));
}
