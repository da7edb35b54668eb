/** The report of a document, and what its numbers are called. */
import { useQuery } from "@tanstack/react-query";
import { ApiError, get } from "../api/client";
import { documentPath } from "../api/hooks";
import type { Breakdown, Experiment, Report } from "../api/types";

const REFRESH_MS = 10_000;

export const useReport = (id: string) =>
  useQuery({
    queryKey: ["report", id],
    queryFn: () => get<Report>(`${documentPath(id)}/report`),
    refetchInterval: REFRESH_MS,
  });

export interface Wish {
  by: string;
  zone: string;
  since?: string | undefined;
}

export const useBreakdown = (id: string, wish: Wish) =>
  useQuery({
    queryKey: ["breakdown", id, wish],
    queryFn: () => {
      const asked = Object.entries(wish).filter((pair): pair is [string, string] => pair[1] !== undefined);
      return get<Breakdown>(`${documentPath(id)}/breakdown?${new URLSearchParams(asked).toString()}`);
    },
    placeholderData: (before) => before,
    refetchInterval: REFRESH_MS * 3,
  });

export const useExperiment = (id: string, value: string | null) =>
  useQuery({
    queryKey: ["experiment", id, value],
    queryFn: () => {
      const asked = value === null ? "" : `?value=${encodeURIComponent(value)}`;
      return get<Experiment>(`${documentPath(id)}/experiment${asked}`);
    },
    placeholderData: (before) => before,
  });

/** Nothing can be compared: there are no goals, or nobody got anything yet. */
export const isNoExperiment = (error: unknown): boolean =>
  error instanceof ApiError && error.code === "REPORT-007";

/** Kinds of feedback in the order of a message's life. */
export const FEEDBACK = [
  "delivered",
  "opened",
  "machine_opened",
  "clicked",
  "replied",
  "viewed",
  "dismissed",
  "unsubscribed",
  "bounced",
  "soft_bounced",
  "complained",
] as const;
export const FATES = ["sent", "pending", "held", "failed"] as const;
/** These are always shown; the others where there are any. */
export const USUAL: ReadonlySet<string> = new Set([
  "targeted",
  "discarded",
  "sent",
  "delivered",
  "opened",
  "machine_opened",
  "clicked",
  "unsubscribed",
  "bounced",
]);

export type Tally = Report["channels"][number];

export const sumOf = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, value) => sum + value, 0);

/** What stands under a name in a tally of messages. */
export function valueOf(tally: Tally, name: string): number {
  if (name === "discarded") return sumOf(tally.discarded);
  const value = (tally as unknown as Record<string, unknown>)[name];
  return typeof value === "number" ? value : 0;
}

/** Who is behind it. */
export function askOf(name: string): Record<string, string> {
  if (name === "discarded") return { behind: "discard" };
  return (FEEDBACK as readonly string[]).includes(name) ? { behind: "feedback", name } : { behind: name };
}
