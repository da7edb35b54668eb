/** What the steps do: make documents, send the first data, publish. */
import { useMutation, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { ApiError, get, post, put, remove } from "../api/client";
import { draftPath } from "../api/hooks";
import type { Draft, DraftRow, MadeKey } from "../api/types";
import type { Doc } from "../model";
import { textOf } from "../model";
import { at } from "../root";

export type Call = Record<string, unknown>;

export const SAMPLE: readonly (readonly [string, string])[] = [
  ["ann", "Ann"],
  ["bob", "Bob"],
  ["eve", "Eve"],
];

export const identify = (userId: string, name: string): Call => ({
  type: "identify",
  userId,
  traits: { email: `${userId}@example.com`, first_name: name },
});

/** Send data as a shop's server does: with a key, which is made for this and revoked again. */
export async function send(calls: Call[]): Promise<void> {
  const key = await post<MadeKey>("/api/keys", { role: "server", label: "first steps" });
  try {
    const answer = await fetch(at("/v1/batch"), {
      method: "POST",
      credentials: "omit",
      headers: { "Content-Type": "application/json", Authorization: `Basic ${btoa(`${key.secret}:`)}` },
      body: JSON.stringify({ batch: calls }),
    });
    if (!answer.ok) throw new ApiError(answer.status, (await answer.json()) as Record<string, never>);
  } finally {
    await remove(`/api/keys/${encodeURIComponent(key.id)}`);
  }
}

/** Save documents over those of the same name, or make them; what `keeps` says stays as it is when it is there. */
export async function write(documents: readonly Doc[], keeps: boolean): Promise<void> {
  const drafts = await get<DraftRow[]>("/api/drafts");
  for (const document of documents) {
    const [kind, id] = [textOf(document.kind), textOf(document.id)];
    if (!drafts.some((one) => one.kind === kind && one.id === id)) {
      await post<Draft>("/api/drafts", { kind, id, document });
    } else if (!keeps) {
      const { etag } = await get<Draft>(draftPath(kind, id));
      await put<Draft>(draftPath(kind, id), { etag, document });
    }
  }
}

export function useAct<T>(act: (input: T, client: QueryClient) => Promise<unknown>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: T) => act(input, client),
    onSettled: () =>
      Promise.all(
        ["drafts", "status", "vocabulary", "welcome", "draft"].map((key) =>
          client.invalidateQueries({ queryKey: [key] }),
        ),
      ),
  });
}
