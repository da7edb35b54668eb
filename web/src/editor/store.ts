/** One open document: what the server has, what is being made of it, and the way back. */
import { createStore, type StoreApi } from "zustand/vanilla";
import type { Draft, Problem } from "../api/types";
import type { Doc } from "../model";
import { equal } from "./equal";
import { begin, redo, take, undo, type History } from "./history";

/** YAML that was written by hand, and the document that it says; null: it says none. */
export interface Typed {
  text: string;
  document: Doc;
  error: string | null;
}

export interface Editing {
  saved: Draft;
  history: History<Doc>;
  typed: Typed | null;
  problems: Problem[];
  /** What somebody else saved meanwhile. */
  theirs: Draft | null;
  edit: (change: (document: Doc) => Doc, place?: string) => void;
  type: (text: string, document: Doc | null, error: string | null) => void;
  undo: () => void;
  redo: () => void;
  check: (problems: Problem[]) => void;
  take: (draft: Draft) => void;
  meet: (theirs: Draft | null) => void;
  /** The version that runs is another one now. */
  publish: (published: Draft["published"]) => void;
  /** Go on from what they saved, with another document as one's own. */
  rebase: (theirs: Draft, document: Doc) => void;
  restore: (saved: Draft, document: Doc, typed: Typed | null) => void;
}

export type Editor = StoreApi<Editing>;

export function createEditor(draft: Draft, now: () => number = Date.now): Editor {
  return createStore<Editing>((set, get) => ({
    saved: draft,
    history: begin(draft.document),
    typed: null,
    problems: draft.problems,
    theirs: null,
    edit: (change, place) => {
      const { history } = get();
      set({ history: take(history, change(history.present), place ?? null, now()) });
    },
    type: (text, document, error) => {
      const { history, typed } = get();
      const said = document ?? typed?.document ?? history.present;
      set({
        typed: { text, document: said, error },
        history:
          document && !equal(document, history.present) ? take(history, document, "yaml", now()) : history,
      });
    },
    undo: () => set({ history: undo(get().history) }),
    redo: () => set({ history: redo(get().history) }),
    check: (problems) => set({ problems }),
    take: (saved) => set(taken(get(), saved)),
    meet: (theirs) => set({ theirs }),
    publish: (published) => set({ saved: { ...get().saved, published } }),
    rebase: (theirs, document) =>
      set({ saved: theirs, theirs: null, typed: null, history: take(get().history, document, null, now()) }),
    restore: (saved, document, typed) =>
      set({ saved, typed, history: take(begin(saved.document), document, null, now()) }),
  }));
}

/** After a save: edits made meanwhile stay, and steps back as well. */
function taken(editing: Editing, saved: Draft): Partial<Editing> {
  const { history } = editing;
  const present = equal(history.present, saved.document) ? saved.document : history.present;
  return { saved, theirs: null, typed: null, history: { ...history, present } };
}

export const documentOf = (editing: Editing): Doc => editing.history.present;

export const isDirty = (editing: Editing): boolean =>
  !equal(editing.history.present, editing.saved.document) ||
  editing.typed?.error != null ||
  hasOtherText(editing);

const hasOtherText = ({ typed, saved }: Editing): boolean => typed !== null && typed.text !== saved.yaml;
