/** How far a workspace is, told from what is really there; what was only looked at is kept in this browser. */
import { useDrafts, useStatus } from "../api/hooks";
import type { DraftRow, Status } from "../api/types";
import { useCallback, useSyncExternalStore } from "react";
import { keptAs } from "../root";
import { RECIPES } from "./recipes";

const JOURNEYS = new Set(RECIPES.map(({ journey }) => journey));

export const STEPS = ["shop", "data", "channel", "journey", "run"] as const;
export type Step = (typeof STEPS)[number];
export type Done = Readonly<Record<Step, boolean>>;

/** What somebody said is good as it is, or does not want to see any more. */
export type Said = "shop" | "channel" | "begun" | "dismissed";
const KEY = keptAs("sojourn.begin");
const listeners = new Set<() => void>();

function kept(): string {
  return localStorage.getItem(KEY) ?? "[]";
}

export function say(what: Said): void {
  const all = new Set([...(JSON.parse(kept()) as Said[]), what]);
  localStorage.setItem(KEY, JSON.stringify([...all]));
  for (const listener of listeners) listener();
}

export function useSaid(): ReadonlySet<Said> {
  const subscribe = useCallback((listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, []);
  return new Set(JSON.parse(useSyncExternalStore(subscribe, kept)) as Said[]);
}

export function doneOf(drafts: readonly DraftRow[], status: Status, said: ReadonlySet<Said>): Done {
  const sound = (kind: string): boolean => drafts.some((one) => one.kind === kind && one.errors === 0);
  const sent = status.documents.some((one) => (one.messages.sent ?? 0) > 0);
  return {
    shop: sound("workspace") && (said.has("shop") || status.documents.length > 0),
    data: status.items.appended > 0,
    channel: sound("channel") && (said.has("channel") || sent),
    journey:
      status.documents.length > 0 ||
      drafts.some(({ id, kind, errors }) => kind === "journey" && errors === 0 && JOURNEYS.has(id)),
    run: status.documents.some((one) => one.entered > 0),
  };
}

/** The steps are for a workspace in which nothing ran yet, and for who has begun them. */
export const isOffered = (status: Pick<Status, "documents">, said: ReadonlySet<Said>): boolean =>
  !said.has("dismissed") && (said.has("begun") || status.documents.length === 0);

export interface Progress {
  done: Done;
  count: number;
  next: Step | null;
  isOffered: boolean;
}

/** Null: not known yet. */
export function useProgress(): Progress | null {
  const drafts = useDrafts().data;
  const status = useStatus().data;
  const said = useSaid();
  if (!drafts || !status) return null;
  const done = doneOf(drafts, status, said);
  return {
    done,
    count: STEPS.filter((step) => done[step]).length,
    next: STEPS.find((step) => !done[step]) ?? null,
    isOffered: isOffered(status, said),
  };
}
