/** What the monitor knows: the server's answers, put together to one hour. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { get } from "../api/client";
import type { Monitor } from "../api/types";

const KEY = ["monitor"];
const KEPT = 720;

/** Put newer samples behind older ones. A server that was started again begins anew: then the older ones stay. */
export function joined(before: Monitor | undefined, now: Monitor): Monitor {
  if (!before) return now;
  const last = before.series.at.at(-1) ?? "";
  const fresh = now.series.at.map((at, index) => [at, index] as const).filter(([at]) => at > last);
  const keep = <T>(old: T[], next: T[]): T[] =>
    [...old, ...fresh.map(([, index]) => next[index] as T)].slice(-KEPT);
  const lists = (old: Record<string, number[]>, next: Record<string, number[]>): Record<string, number[]> =>
    Object.fromEntries(Object.entries(next).map(([name, values]) => [name, keep(old[name] ?? [], values)]));
  return {
    ...now,
    series: {
      at: keep(before.series.at, now.series.at),
      levels: lists(before.series.levels, now.series.levels),
      rates: lists(before.series.rates, now.series.rates),
    },
  };
}

export function useMonitor() {
  const client = useQueryClient();
  return useQuery({
    queryKey: KEY,
    refetchInterval: 5000,
    queryFn: async () => {
      const before = client.getQueryData<Monitor>(KEY);
      const last = before?.series.at.at(-1);
      const query = last === undefined ? "" : `?after=${encodeURIComponent(last)}`;
      return joined(before, await get<Monitor>(`/api/monitor${query}`));
    },
  });
}
