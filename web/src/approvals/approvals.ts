/** Publications that somebody asked for, and what is decided about them. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { get, post } from "../api/client";
import type { Approval, ApprovalPage } from "../api/types";

const KEY = "approvals";
export type Decision = "approve" | "refuse" | "withdraw";

export const useApprovals = (state: string) =>
  useInfiniteQuery({
    queryKey: [KEY, state],
    initialPageParam: null as number | null,
    queryFn: ({ pageParam }) => {
      const wish = new URLSearchParams({ limit: "20" });
      if (state !== "all") wish.set("state", state);
      if (pageParam !== null) wish.set("before", String(pageParam));
      return get<ApprovalPage>(`/api/approvals?${wish.toString()}`);
    },
    getNextPageParam: (page) => page.next,
    refetchInterval: 15_000,
  });

/** How many wait; for the mark in the navigation. */
export const useWaiting = (): number =>
  useQuery({
    queryKey: [KEY, "waiting", "count"],
    queryFn: () => get<ApprovalPage>("/api/approvals?state=waiting&limit=100"),
    refetchInterval: 60_000,
  }).data?.approvals.length ?? 0;

export function useDecide(approval: Approval) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ decision, comment }: { decision: Decision; comment: string }) =>
      post(`/api/approvals/${approval.id}/${decision}`, decision === "withdraw" ? {} : { comment }),
    // Also after a refusal: what was decided meanwhile is to be seen.
    onSettled: () =>
      Promise.all(
        [KEY, "drafts", "status", "changes"].map((key) => client.invalidateQueries({ queryKey: [key] })),
      ),
  });
}
