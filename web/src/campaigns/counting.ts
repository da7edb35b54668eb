/** Exact counts of the draft, asked for again whenever somebody pauses; the server counts only what changed. */
import { useCallback, useEffect, useRef, useState } from "react";
import { ApiError, post } from "../api/client";
import { oneAtATime } from "../api/oneAtATime";
import type { Tallied, WorkRows } from "../api/types";
import { stepsOf, type Doc, type JsonMap } from "../model";

const PAUSE_MS = 350;

export interface Counting {
  byTransition: ReadonlyMap<string, WorkRows>;
  isCounting: boolean;
  tookMs: number | null;
  error: ApiError | null;
  /** Count everything again, as data has changed. */
  again: () => void;
}

const NONE: ReadonlyMap<string, WorkRows> = new Map();

export const indexed = (rows: readonly WorkRows[]): ReadonlyMap<string, WorkRows> =>
  new Map(rows.map((row) => [row.from, row]));

/** What counts depend on: names, texts and the schedule change no count. */
export const countedPart = (doc: Doc): string => JSON.stringify([doc.activities, doc.timezone, doc.schedule]);

type Found = Pick<Counting, "byTransition" | "isCounting" | "tookMs" | "error">;

export function useCounting(document: Doc, parameters: JsonMap, isAllowed: boolean): Counting {
  const [found, setFound] = useState<Found>({
    byTransition: NONE,
    isCounting: false,
    tookMs: null,
    error: null,
  });
  const newest = useRef({ document, parameters });
  useEffect(() => {
    newest.current = { document, parameters };
  }, [document, parameters]);
  const [ask] = useState(() =>
    oneAtATime(async (anew: boolean) => {
      setFound((before) => ({ ...before, isCounting: true }));
      const news = await count({ ...newest.current, anew });
      setFound((before) => ({ ...before, ...news, isCounting: false }));
    }),
  );
  const part = countedPart(document) + JSON.stringify(parameters);
  useEffect(() => {
    if (!isAllowed || !stepsOf(newest.current.document).length) return;
    const timer = setTimeout(() => ask(false), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [part, isAllowed, ask]);
  return { ...found, again: useCallback(() => ask(true), [ask]) };
}

/** What is new; where the server could not be reached nothing is, and the next edit asks again. */
async function count(wish: { document: Doc; parameters: JsonMap; anew: boolean }): Promise<Partial<Found>> {
  try {
    const answer = await post<Tallied>("/api/campaigns/count", wish);
    return { byTransition: indexed(answer.transitions), tookMs: answer.took_ms, error: null };
  } catch (error) {
    return error instanceof ApiError ? { error } : {};
  }
}
