/** What arrives, kept up to date: only what is new is asked for, and only so much is kept. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { get } from "../api/client";
import type { Arrival, Arrivals } from "../api/types";

const EVERY_MS = 2000;
const ROWS = 50;
const KEPT = 500;

export interface Wanted {
  kinds: string[];
  name: string;
  profile: string;
}

export interface Stream {
  rows: Arrival[];
  skipped: number;
  error: Error | null;
  isPending: boolean;
  older: (() => void) | null;
  isReading: boolean;
}

export function useArrivals(wanted: Wanted, isOn: boolean): Stream {
  const client = useQueryClient();
  const key = ["incoming", wanted];
  const [isReading, setReading] = useState(false);
  const query = useQuery({
    queryKey: key,
    queryFn: async () => {
      const kept = client.getQueryData<Arrivals>(key);
      if (!kept) return ask(wanted, {});
      return joined(kept, await ask(wanted, { after: kept.end }));
    },
    refetchInterval: isOn ? EVERY_MS : false,
    staleTime: Infinity,
    gcTime: 0,
  });
  const next = query.data?.next ?? null;
  const older = async (before: number): Promise<void> => {
    setReading(true);
    try {
      const page = await ask(wanted, { before });
      client.setQueryData<Arrivals>(key, (kept) =>
        kept ? { ...kept, rows: [...kept.rows, ...page.rows], next: page.next } : kept,
      );
    } finally {
      setReading(false);
    }
  };
  return {
    rows: query.data?.rows ?? [],
    skipped: query.data?.skipped ?? 0,
    error: query.data ? null : query.error,
    isPending: query.isPending,
    older: next === null ? null : () => void older(next),
    isReading,
  };
}

async function ask(
  { kinds, name, profile }: Wanted,
  place: { after?: number; before?: number },
): Promise<Arrivals> {
  const wish = new URLSearchParams({ limit: String(ROWS) });
  for (const kind of kinds) wish.append("kind", kind);
  if (name) wish.set("name", name);
  if (profile) wish.set("profile", profile);
  for (const [side, offset] of Object.entries(place)) wish.set(side, String(offset));
  return get<Arrivals>(`/api/incoming?${wish.toString()}`);
}

/** New items in front of those that are kept. */
export function joined(kept: Arrivals, fresh: Arrivals): Arrivals {
  const rows = [...fresh.rows, ...kept.rows];
  const isCut = rows.length > KEPT;
  const last = rows[KEPT - 1];
  return {
    rows: rows.slice(0, KEPT),
    end: fresh.end,
    next: isCut && last ? last.offset : kept.next,
    skipped: kept.skipped + fresh.skipped,
  };
}
