/** Exact counts of the draft, asked for again whenever somebody pauses; the server counts only what changed. */
import { useCallback, useEffect, useRef, useState } from "react";
import { ApiError, post } from "../api/client";
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

export function useCounting(document: Doc, parameters: JsonMap, isAllowed: boolean): Counting {
  const [state, setState] = useState<Omit<Counting, "again" | "isCounting">>({
    byTransition: NONE,
    tookMs: null,
    error: null,
  });
  const [isCounting, setCounting] = useState(false);
  const round = useRef(0);
  const newest = useRef({ document, parameters });
  useEffect(() => {
    newest.current = { document, parameters };
  }, [document, parameters]);
  const ask = useCallback(async (anew: boolean): Promise<void> => {
    round.current += 1;
    const mine = round.current;
    setCounting(true);
    try {
      const answer = await post<Tallied>("/api/campaigns/count", { ...newest.current, anew });
      if (mine === round.current)
        setState({ byTransition: indexed(answer.transitions), tookMs: answer.took_ms, error: null });
    } catch (error) {
      if (mine === round.current && error instanceof ApiError) setState((before) => ({ ...before, error }));
    } finally {
      if (mine === round.current) setCounting(false);
    }
  }, []);
  const part = countedPart(document) + JSON.stringify(parameters);
  useEffect(() => {
    if (!isAllowed || !stepsOf(newest.current.document).length) return;
    const timer = setTimeout(() => void ask(false), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [part, isAllowed, ask]);
  useEffect(
    () => () => {
      round.current += 1;
    },
    [],
  );
  return { ...state, isCounting, again: useCallback(() => void ask(true), [ask]) };
}
