/** What pages ask for. */
import { useQuery } from "@tanstack/react-query";
import { get } from "./client";
import type { Catalog, DocumentStatus, Draft, DraftRow, Status, Vocabulary } from "./types";

const LIVE_MS = 3000;

export const draftPath = (kind: string, id: string): string =>
  `/api/drafts/${kind}/${encodeURIComponent(id)}`;
export const documentPath = (id: string): string => `/api/documents/${encodeURIComponent(id)}`;

export const useStatus = () =>
  useQuery({ queryKey: ["status"], queryFn: () => get<Status>("/api/status"), refetchInterval: LIVE_MS });

export function useDocumentStatus(id: string): DocumentStatus | undefined {
  return useStatus().data?.documents.find((document) => document.id === id);
}

export const useDrafts = () =>
  useQuery({ queryKey: ["drafts"], queryFn: () => get<DraftRow[]>("/api/drafts"), refetchInterval: 15_000 });

export const useDraft = (kind: string, id: string) =>
  useQuery({
    queryKey: ["draft", kind, id],
    queryFn: () => get<Draft>(draftPath(kind, id)),
    staleTime: Infinity,
    refetchOnWindowFocus: false,
    gcTime: 0,
  });

export const useCatalog = () =>
  useQuery({ queryKey: ["catalog"], queryFn: () => get<Catalog>("/api/catalog"), staleTime: Infinity });

export const useVocabulary = () =>
  useQuery({
    queryKey: ["vocabulary"],
    queryFn: () => get<Vocabulary>("/api/vocabulary"),
    staleTime: 30_000,
  });
