/** Saving the open document. A save over somebody else's is refused, and both are shown. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { ApiError, get, put } from "../api/client";
import { draftPath } from "../api/hooks";
import type { Draft } from "../api/types";
import { tell } from "../shell/toasts";
import { useRestored } from "./autosave";
import { useEditor } from "./EditorProvider";
import { documentOf, type Editor } from "./store";

async function save(editor: Editor): Promise<Draft> {
  const { saved, typed } = editor.getState();
  const document = documentOf(editor.getState());
  const path = draftPath(saved.kind, saved.id);
  if (typed === null) return put<Draft>(path, { etag: saved.etag, document });
  const { writeYaml } = await import("./yamlText");
  return put<Draft>(path, {
    etag: saved.etag,
    yaml: typed.document === document ? typed.text : writeYaml(typed.text, document),
  });
}

export function useSaving() {
  const { t } = useTranslation();
  const editor = useEditor();
  const client = useQueryClient();
  const mutation = useMutation({
    mutationFn: () => save(editor),
    onSuccess: (draft) => {
      editor.getState().take(draft);
      editor.getState().check(draft.problems);
      useRestored.setState({ at: null });
      client.setQueryData(["draft", draft.kind, draft.id], draft);
      for (const key of ["drafts", "vocabulary"]) void client.invalidateQueries({ queryKey: [key] });
      tell(t("editor.saved"));
    },
    onError: async (error) => {
      if (!(error instanceof ApiError) || error.status !== 409) return;
      const { saved } = editor.getState();
      const theirs = await get<Draft>(draftPath(saved.kind, saved.id)).catch(() => null);
      if (theirs && theirs.etag !== saved.etag) editor.getState().meet(theirs);
    },
  });
  const { mutate, isPending, mutateAsync } = mutation;
  return { save: useCallback(() => mutate(), [mutate]), saveNow: mutateAsync, isSaving: isPending };
}
