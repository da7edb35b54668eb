/** Making, copying, renaming and deleting documents. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { get, post, put, remove } from "../api/client";
import { draftPath } from "../api/hooks";
import type { Draft, DraftRow } from "../api/types";
import type { Doc } from "../model";

function useRefreshing<T, R>(act: (input: T) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: () =>
      Promise.all(["drafts", "vocabulary"].map((key) => client.invalidateQueries({ queryKey: [key] }))),
  });
}

export const useCreate = () =>
  useRefreshing((document: Doc) =>
    post<Draft>("/api/drafts", { kind: document.kind, id: document.id, document }),
  );

export const useCopy = () =>
  useRefreshing(async ({ from, id, title }: { from: DraftRow; id: string; title: string }) => {
    const { document } = await get<Draft>(draftPath(from.kind, from.id));
    const copy = { ...document, id, ...(title && title !== id ? { title } : {}) };
    return post<Draft>("/api/drafts", { kind: from.kind, id, document: copy });
  });

/** Give a document another title; its id stays, as others name it by that. */
export const useRetitle = () =>
  useRefreshing(async ({ of, title }: { of: DraftRow; title: string }) => {
    const { etag, document } = await get<Draft>(draftPath(of.kind, of.id));
    return put<Draft>(draftPath(of.kind, of.id), { etag, document: titled(document, title) });
  });

export const useDelete = () =>
  useRefreshing(async (of: DraftRow) => {
    const { etag } = await get<Draft>(draftPath(of.kind, of.id));
    await remove(`${draftPath(of.kind, of.id)}?etag=${encodeURIComponent(etag)}`);
  });

/** The title stands right behind the id, where people look for it. */
export function titled(document: Doc, title: string): Doc {
  const { title: _old, ...rest } = document;
  if (!title) return rest;
  const made: Doc = {};
  for (const [name, value] of Object.entries(rest)) {
    made[name] = value;
    if (name === "id") made.title = title;
  }
  return made;
}
