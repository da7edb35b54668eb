/** Pages of a list that is read by a cursor: only one page is kept on the screen, however long the list is. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";

type Cursor = string | number;

interface Answer<C extends Cursor> {
  rows: unknown[];
  next: C | null;
}

export interface Pages<A extends { rows: unknown[] }> {
  rows: A["rows"];
  /** The page's whole answer. */
  answer: A | undefined;
  /** Rows before the first of this page. */
  before: number;
  error: Error | null;
  isPending: boolean;
  /** Another page is on its way, and the last one still shown. */
  isStale: boolean;
  back: (() => void) | null;
  forth: (() => void) | null;
  retry: () => void;
}

interface Place<C> {
  key: string;
  cursors: C[];
  before: number[];
}

/** `key` says what is listed; with another the list begins at its first page. */
export function usePages<C extends Cursor, A extends Answer<C>>(
  key: readonly unknown[],
  ask: (cursor: C | null) => Promise<A>,
): Pages<A> {
  const text = JSON.stringify(key);
  const [kept, keep] = useState<Place<C>>({ key: text, cursors: [], before: [] });
  const place = kept.key === text ? kept : { key: text, cursors: [], before: [] };
  const cursor = place.cursors.at(-1) ?? null;
  const query = useQuery({
    queryKey: [...key, cursor],
    queryFn: () => ask(cursor),
    placeholderData: keepPreviousData,
  });
  const rows: A["rows"] = query.data?.rows ?? [];
  const before = place.before.at(-1) ?? 0;
  const next = query.isPlaceholderData ? null : (query.data?.next ?? null);
  return {
    rows,
    answer: query.data,
    before,
    error: query.data ? null : query.error,
    isPending: query.isPending,
    isStale: query.isPlaceholderData,
    back: place.cursors.length
      ? () => keep({ key: text, cursors: place.cursors.slice(0, -1), before: place.before.slice(0, -1) })
      : null,
    forth:
      next === null
        ? null
        : () =>
            keep({
              key: text,
              cursors: [...place.cursors, next],
              before: [...place.before, before + rows.length],
            }),
    retry: () => void query.refetch(),
  };
}
