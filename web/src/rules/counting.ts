/** The exact number of those who meet a condition now, asked for as soon as one pauses. */
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { post } from "../api/client";
import type { Counted } from "../api/types";
import type { Doc, Json } from "../model";

const PAUSE_MS = 400;

/** A condition, or an audience as it stands in its form. */
export type Question = { condition: Json } | { audience: string; documents: Doc[] };

export function useCount(question: Question | null, sample: number) {
  const text = question && JSON.stringify(question);
  const [asked] = useDebouncedValue(text, PAUSE_MS);
  const query = useQuery({
    queryKey: ["count", asked, sample],
    queryFn: () =>
      post<Counted>("/api/conditions/count", { ...(JSON.parse(asked ?? "{}") as Question), sample }),
    enabled: asked !== null,
    placeholderData: keepPreviousData,
    staleTime: 15_000,
  });
  const isOld = query.isPlaceholderData || asked !== text;
  return {
    counted: text === null ? undefined : query.data,
    error: isOld || text === null ? null : query.error,
    isCounting: text !== null && (query.isFetching || asked !== text),
  };
}
