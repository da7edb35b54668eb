/** Gives a page its open document. */
import { createContext, useContext, useEffect, useState, type ReactNode } from "react";
import { useStore } from "zustand";
import type { Draft } from "../api/types";
import type { Doc } from "../model";
import { useAutosave } from "./autosave";
import { createEditor, documentOf, isDirty, type Editing, type Editor } from "./store";
import { useChecks } from "./checks";

const Context = createContext<Editor | null>(null);

export function EditorProvider({ draft, children }: { draft: Draft; children: ReactNode }) {
  const [editor] = useState(() => createEditor(draft));
  useAutosave(editor);
  useChecks(editor);
  useEffect(() => {
    const { saved, history } = editor.getState();
    if (draft.etag === saved.etag) return;
    if (isDirty(editor.getState()) || history.past.length) return;
    editor.getState().take(draft);
    editor.getState().edit(() => draft.document);
  }, [draft, editor]);
  return <Context value={editor}>{children}</Context>;
}

export function useEditor(): Editor {
  const editor = useContext(Context);
  if (!editor) throw new Error("no document is open");
  return editor;
}

export function useEditing<T>(select: (editing: Editing) => T): T {
  return useStore(useEditor(), select);
}

export const useDocument = (): Doc => useEditing(documentOf);
