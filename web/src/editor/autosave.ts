/** Work that is not saved is kept in this browser, and is there again after a reload. */
import { useEffect } from "react";
import { create } from "zustand";
import type { Draft } from "../api/types";
import { isMap, type Doc } from "../model";
import { keptAs } from "../root";
import { documentOf, isDirty, type Editor, type Typed } from "./store";

interface Kept {
  base: Draft;
  document: Doc;
  typed: Typed | null;
  at: string;
}

/** When the kept work was made that has just come back; null: none has. */
export const useRestored = create<{ at: string | null }>(() => ({ at: null }));

const PAUSE_MS = 400;
const keyOf = ({ kind, id }: Draft): string => keptAs(`sojourn.unsaved.${kind}.${id}`);

export function useAutosave(editor: Editor): void {
  useEffect(() => {
    bringBack(editor);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const keepNow = (): void => keep(editor);
    const stop = editor.subscribe(() => {
      clearTimeout(timer);
      timer = setTimeout(keepNow, PAUSE_MS);
    });
    window.addEventListener("pagehide", keepNow);
    return () => {
      clearTimeout(timer);
      stop();
      keepNow();
      window.removeEventListener("pagehide", keepNow);
      useRestored.setState({ at: null });
    };
  }, [editor]);
}

function bringBack(editor: Editor): void {
  const { saved } = editor.getState();
  const kept = read(keyOf(saved));
  if (!kept) return;
  editor.getState().restore(kept.base.etag === saved.etag ? saved : kept.base, kept.document, kept.typed);
  if (isDirty(editor.getState())) useRestored.setState({ at: kept.at });
}

function keep(editor: Editor): void {
  const state = editor.getState();
  if (!isDirty(state)) {
    localStorage.removeItem(keyOf(state.saved));
    return;
  }
  const kept: Kept = {
    base: state.saved,
    document: documentOf(state),
    typed: state.typed,
    at: new Date().toISOString(),
  };
  try {
    localStorage.setItem(keyOf(state.saved), JSON.stringify(kept));
  } catch (error) {
    // A full store must not end the editing: saving to the server still works.
    console.warn("unsaved work could not be kept in this browser", error);
  }
}

function read(key: string): Kept | null {
  try {
    const found = JSON.parse(localStorage.getItem(key) ?? "null") as Kept | null;
    return found && isMap(found.document) ? found : null;
  } catch {
    return null;
  }
}
