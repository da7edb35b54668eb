/** Publishing, and what happens to a document afterwards. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { get, post } from "../api/client";
import { documentPath } from "../api/hooks";
import type { PublishOutcome, PublishRule } from "../api/types";
import type { Then } from "./InsideVersion";

export type Command = "pause" | "resume" | "close" | "stop";

function useRefresh(): () => Promise<unknown> {
  const client = useQueryClient();
  return () =>
    Promise.all(
      ["status", "drafts", "changes", "approvals"].map((key) =>
        client.invalidateQueries({ queryKey: [key] }),
      ),
    );
}

export interface Wish {
  ids: string[];
  inside?: Then;
  /** For who approves. */
  comment?: string;
}

/** Whether one publishes at once, or asks somebody else; null: not known yet. */
export const usePublishRule = (): PublishRule["by"] | null =>
  useQuery({ queryKey: ["approvals", "rule"], queryFn: () => get<PublishRule>("/api/publish") }).data?.by ??
  null;

export function usePublish() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (wish: Wish) => post<PublishOutcome[]>("/api/publish", wish),
    onSuccess: refresh,
  });
}

/** Let those inside older versions leave at once. */
export function useLeaveOlder(id: string) {
  const refresh = useRefresh();
  return useMutation({ mutationFn: () => post(`${documentPath(id)}/stop?older=true`), onSuccess: refresh });
}

export function useCommand(id: string) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (command: Command) => post(`${documentPath(id)}/${command}`),
    onSuccess: refresh,
  });
}
