/** Publishing, and what happens to a document afterwards. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { post } from "../api/client";
import { documentPath } from "../api/hooks";

export type Command = "pause" | "resume" | "close" | "stop";

function useRefresh(): () => Promise<unknown> {
  const client = useQueryClient();
  return () =>
    Promise.all(["status", "drafts", "changes"].map((key) => client.invalidateQueries({ queryKey: [key] })));
}

export function usePublish() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (ids: string[]) => post<{ verdict: string }[]>("/api/publish", { ids }),
    onSuccess: refresh,
  });
}

export function useCommand(id: string) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (command: Command) => post(`${documentPath(id)}/${command}`),
    onSuccess: refresh,
  });
}
