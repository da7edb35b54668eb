/** What a publication would change, asked of the server before it is done; what is not saved yet counts as saved. */
import { useQuery } from "@tanstack/react-query";
import { ApiError, post } from "../api/client";
import type { Rehearsal } from "../api/types";
import type { Doc } from "../model";

export interface Draft {
  id: string;
  etag: string;
  /** The document as it stands, where it differs from the saved one. */
  unsaved: Doc | null;
}

export const useRehearsal = ({ id, etag, unsaved }: Draft, isWanted: boolean) =>
  useQuery({
    queryKey: ["changes", "rehearsal", id, etag, unsaved],
    queryFn: () =>
      post<Rehearsal>("/api/publish/preview", { ids: [id], documents: unsaved ? [unsaved] : [] }),
    enabled: isWanted,
    gcTime: 0,
  });

/** Documents have errors, so that nothing can be published. */
export const isRefused = (error: unknown): boolean => error instanceof ApiError && error.problems.length > 0;
