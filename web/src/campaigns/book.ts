/** What the campaign page knows besides the document: counts of the draft, runs, and which of these the canvas shows. */
import { useQuery } from "@tanstack/react-query";
import { createContext, useContext, useMemo, useState } from "react";
import { get } from "../api/client";
import { useDocumentStatus } from "../api/hooks";
import type { CampaignRun, TaskState } from "../api/types";
import { useDocument, useEditing } from "../editor/EditorProvider";
import { useMay } from "../session/session";
import { useCounting, type Counting } from "./counting";
import { declaredBy, parametersOf } from "./parameters";

export interface Book {
  counting: Counting;
  runs: readonly CampaignRun[];
  runsError: unknown;
  /** The run whose counts stand on the canvas; null: those of the draft. */
  run: CampaignRun | null;
  showRun: (run: number | null) => void;
  /** What is written for the parameters of a signal, to count with. */
  written: Readonly<Record<string, string>>;
  write: (written: Readonly<Record<string, string>>) => void;
  /** The transition whose rows are shown. */
  looked: string | null;
  look: (transition: string | null) => void;
}

const LIVE_MS = 3000;
const GOING = new Set(["running", "waiting"]);

export const runsPath = (id: string): string => `/api/campaigns/${encodeURIComponent(id)}/runs`;

export function useOpenBook(): Book {
  const document = useDocument();
  const id = useEditing((editing) => editing.saved.id);
  const isPublished = useDocumentStatus(id) !== undefined;
  const [written, write] = useState<Readonly<Record<string, string>>>({});
  const parameters = useMemo(
    () => parametersOf(declaredBy(document.schedule), written),
    [document.schedule, written],
  );
  const counting = useCounting(document, parameters, useMay("build"));
  const [shown, showRun] = useState<number | null>(null);
  const [looked, look] = useState<string | null>(null);
  const { data, error } = useQuery({
    queryKey: ["runs", id],
    queryFn: () => get<CampaignRun[]>(`${runsPath(id)}?limit=50`),
    enabled: isPublished,
    refetchInterval: (query) =>
      query.state.data?.some((run) => GOING.has(run.state)) ? LIVE_MS : 5 * LIVE_MS,
  });
  const runs = data ?? NO_RUNS;
  const run = runs.find((one) => one.run === shown) ?? null;
  return useMemo(
    () => ({ counting, runs, runsError: error, run, showRun, written, write, looked, look }),
    [counting, runs, error, run, written, looked],
  );
}

const NO_RUNS: CampaignRun[] = [];

/** How many rows took a transition, in what is shown; null: nobody knows (yet). */
export function rowsOf({ counting, run }: Book, transition: string): number | null {
  if (run) return run.transitions.find((one) => one.from === transition)?.rows ?? null;
  return counting.byTransition.get(transition)?.rows ?? null;
}

export const stateIn = (run: CampaignRun | null, id: string): TaskState | null =>
  run?.activities.find((one) => one.id === id)?.state ?? null;

export const BookContext = createContext<Book | null>(null);

export function useBook(): Book {
  const book = useContext(BookContext);
  if (!book) throw new Error("no campaign is open");
  return book;
}
