/** What one can do about runs. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { post } from "../api/client";
import { documentPath } from "../api/hooks";
import type { Signalled } from "../api/types";
import type { JsonMap } from "../model";

function useRefresh(id: string): () => Promise<unknown> {
  const client = useQueryClient();
  return () =>
    Promise.all([["runs", id], ["status"]].map((queryKey) => client.invalidateQueries({ queryKey })));
}

export function useRunCommand(id: string) {
  const refresh = useRefresh(id);
  return useMutation({
    mutationFn: (command: "confirm" | "retry") => post(`${documentPath(id)}/${command}`),
    onSuccess: refresh,
  });
}

export function useSignal(id: string) {
  const refresh = useRefresh(id);
  return useMutation({
    mutationFn: (parameters: JsonMap) =>
      post<Signalled>(`/api/campaigns/${encodeURIComponent(id)}/signal`, { parameters }),
    onSuccess: refresh,
  });
}
