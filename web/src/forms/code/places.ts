/** Code fields that are open, by their paths: what stands beside them can show a place, and write into them. */
import { EditorSelection } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

const open = new Map<string, EditorView>();
let newest: EditorView | null = null;

/** Let a field be found; returns what takes it out again. */
export function place(path: string | undefined, view: EditorView): () => void {
  if (path === undefined) return () => undefined;
  open.set(path, view);
  return () => {
    if (open.get(path) === view) open.delete(path);
    if (newest === view) newest = null;
  };
}

/** Remember the field that was written in last. */
export const remembering = (path: string | undefined) =>
  EditorView.domEventHandlers({
    focus: (_event, view) => {
      if (path !== undefined) newest = view;
    },
  });

/** Write a text where the cursor was last, else at the end of a field; false: no field is open. */
export function insert(text: string, otherwise: string): boolean {
  const view = newest ?? open.get(otherwise) ?? open.values().next().value;
  if (!view) return false;
  const { from, to } = view.state.selection.main;
  view.dispatch({ changes: { from, to, insert: text }, selection: { anchor: from + text.length } });
  view.focus();
  return true;
}

/** Select characters of a field and bring them into view; false: it is not open. */
export function show(path: string, span: readonly [number, number] | null): boolean {
  const view = open.get(path);
  if (!view) return false;
  const { length } = view.state.doc;
  const [start, end] = span ?? [0, 0];
  const selection = EditorSelection.single(Math.min(start, length), Math.min(end, length));
  view.dispatch({ selection, effects: EditorView.scrollIntoView(selection.main, { y: "center" }) });
  view.focus();
  return true;
}
