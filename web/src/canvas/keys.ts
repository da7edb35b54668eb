/** The keyboard on the canvas: one table of what keys do, which the help shows as well. */
import { useReactFlow } from "@xyflow/react";
import { useEffect, type ClipboardEvent, type KeyboardEvent, type RefObject } from "react";
import { useEditor } from "../editor/EditorProvider";
import { useActs, type Acts } from "./acts";
import { ENTRY, type Graph } from "./graph";
import type { Positions } from "./layout";
import { useScene } from "./scene";
import { useViewStore, type ViewStore } from "./view";
import { neighbour, type Direction } from "./walking";

interface Here {
  acts: Acts;
  view: ViewStore;
  graph: Graph;
  positions: Positions;
  undo: () => void;
  redo: () => void;
  fit: () => void;
  /** Steps that a key is about: the chosen ones, or that under the focus. */
  ids: readonly string[];
}

export interface Key {
  id: string;
  shown: string;
  isPressed: (event: KeyboardEvent) => boolean;
  act: (here: Here) => void;
  /** Whether it changes the journey. */
  edits: boolean;
}

const plain = (event: KeyboardEvent): boolean => !event.ctrlKey && !event.metaKey && !event.altKey;
const withCommand = (event: KeyboardEvent): boolean => event.ctrlKey || event.metaKey;
const pressed = (key: string) => (event: KeyboardEvent) =>
  plain(event) && event.key.toLowerCase() === key.toLowerCase();
const command =
  (key: string, shift = false) =>
  (event: KeyboardEvent) =>
    withCommand(event) && event.shiftKey === shift && event.key.toLowerCase() === key;

const ARROWS: [Direction, string, string][] = [
  ["down", "ArrowDown", "↓"],
  ["up", "ArrowUp", "↑"],
  ["left", "ArrowLeft", "←"],
  ["right", "ArrowRight", "→"],
];

export const KEYS: Key[] = [
  ...ARROWS.map(([direction, key, shown]): Key => ({
    id: direction,
    shown,
    edits: false,
    isPressed: pressed(key),
    act: ({ view, graph, positions }) => {
      const next = neighbour(graph, positions, view.getState().focus, direction);
      if (next !== null) view.setState({ focus: next });
    },
  })),
  {
    id: "open",
    shown: "Enter",
    edits: false,
    isPressed: (event) => pressed("Enter")(event) || pressed(" ")(event),
    act: open,
  },
  {
    id: "add",
    shown: "A",
    edits: true,
    isPressed: (event) => pressed("a")(event) || pressed("+")(event),
    act: ({ acts, view }) => acts.ask(spotAt(acts, view)),
  },
  {
    id: "connect",
    shown: "C",
    edits: true,
    isPressed: pressed("c"),
    act: ({ acts, view }) => {
      acts.choose([view.getState().focus]);
      focusSoon("[data-paths] input");
    },
  },
  {
    id: "delete",
    shown: "Delete",
    edits: true,
    isPressed: (event) => pressed("Delete")(event) || pressed("Backspace")(event),
    act: ({ acts, ids }) => acts.remove(ids),
  },
  {
    id: "duplicate",
    shown: "Ctrl D",
    edits: true,
    isPressed: command("d"),
    act: ({ acts, ids }) => acts.duplicate(ids),
  },
  { id: "undo", shown: "Ctrl Z", edits: true, isPressed: command("z"), act: ({ undo }) => undo() },
  {
    id: "redo",
    shown: "Ctrl Shift Z",
    edits: true,
    isPressed: (event) => command("z", true)(event) || command("y")(event),
    act: ({ redo }) => redo(),
  },
  {
    id: "all",
    shown: "Ctrl A",
    edits: false,
    isPressed: command("a"),
    act: ({ acts }) => acts.choose(acts.all()),
  },
  { id: "fit", shown: "F", edits: false, isPressed: pressed("f"), act: ({ fit }) => fit() },
  {
    id: "leave",
    shown: "Esc",
    edits: false,
    isPressed: pressed("Escape"),
    act: ({ view }) => view.setState({ chosen: [] }),
  },
];

const FRAMES = 60;

/** Give the focus to what is about to be there: the form of a step comes some frames after its choice. */
function focusSoon(selector: string, frames = FRAMES): void {
  requestAnimationFrame(() => {
    const found = document.querySelector<HTMLElement>(selector);
    if (found) found.focus();
    else if (frames > 0) focusSoon(selector, frames - 1);
  });
}

function open({ acts, view, graph }: Here): void {
  const { focus } = view.getState();
  const stub = graph.vertices.find((vertex) => vertex.id === focus && vertex.kind === "stub");
  if (stub?.kind === "stub") acts.ask({ from: stub.from, exit: stub.exit });
  else acts.choose([focus]);
}

function spotAt(acts: Acts, view: ViewStore) {
  const { focus } = view.getState();
  return acts.behind(focus);
}

export function useKeys(
  place: RefObject<HTMLDivElement | null>,
  positions: Positions | null,
  isLocked: boolean,
) {
  const editor = useEditor();
  const acts = useActs();
  const view = useViewStore();
  const { graph } = useScene();
  const flow = useReactFlow();
  useFollowing(place, view, flow);
  const onKeyDown = (event: KeyboardEvent): void => {
    const target = event.target as HTMLElement;
    if (!positions || target.closest("input, textarea, [contenteditable]")) return;
    if (target.closest("button:not([data-step])") && (event.key === "Enter" || event.key === " ")) return;
    const found = KEYS.find((key) => key.isPressed(event));
    if (!found || (found.edits && isLocked)) return;
    event.preventDefault();
    const { chosen, focus } = view.getState();
    const { undo, redo } = editor.getState();
    const fit = (): void => void flow.fitView({ duration: 250, maxZoom: 1, padding: 0.16 });
    found.act({ acts, view, graph, positions, undo, redo, fit, ids: chosen.length ? chosen : [focus] });
  };
  const ids = (): readonly string[] =>
    view.getState().chosen.length ? view.getState().chosen : [view.getState().focus];
  return {
    onKeyDown,
    onFocus: ({ target }: { target: EventTarget }) => {
      const id = (target as HTMLElement).dataset.step;
      if (id !== undefined && id !== view.getState().focus) view.setState({ focus: id });
    },
    onCopy: (event: ClipboardEvent) => {
      if (acts.copy(ids(), event.clipboardData)) event.preventDefault();
    },
    onCut: (event: ClipboardEvent) => {
      if (isLocked || !acts.copy(ids(), event.clipboardData)) return;
      event.preventDefault();
      acts.remove(ids());
    },
    onPaste: (event: ClipboardEvent) => {
      const focus = view.getState().focus;
      const spot = focus === ENTRY && !acts.all().length ? { from: ENTRY, exit: null } : acts.behind(focus);
      if (!isLocked && acts.put(event.clipboardData.getData("text/plain"), spot)) event.preventDefault();
    },
  };
}

/** Move the browser's focus, and the view, to where the keyboard went. */
function useFollowing(
  place: RefObject<HTMLDivElement | null>,
  view: ViewStore,
  flow: ReturnType<typeof useReactFlow>,
): void {
  useEffect(
    () =>
      view.subscribe((now, before) => {
        if (now.focus === before.focus || !place.current?.contains(document.activeElement)) return;
        requestAnimationFrame(() => {
          const element = place.current?.querySelector<HTMLElement>(`[data-step="${CSS.escape(now.focus)}"]`);
          element?.focus({ preventScroll: true });
          if (element && place.current) bringIntoView(now.focus, element, place.current, flow);
        });
      }),
    [place, view, flow],
  );
}

/** Move the view, as far as it must be, so that a step is seen. */
export function bringIntoView(
  id: string,
  element: Element,
  frame: Element,
  flow: ReturnType<typeof useReactFlow>,
): void {
  if (isInside(element, frame)) return;
  const zoom = flow.getZoom();
  void flow.fitView({ nodes: [{ id }], duration: 200, maxZoom: zoom, minZoom: zoom });
}

/** Tools and the map float over the lower edge; what is there may be covered, and so may the open end below a step. */
const COVERED = 130;

function isInside(element: Element, frame: Element): boolean {
  const inner = element.getBoundingClientRect();
  const outer = frame.getBoundingClientRect();
  return (
    inner.left >= outer.left &&
    inner.right <= outer.right &&
    inner.top >= outer.top &&
    inner.bottom <= outer.bottom - COVERED
  );
}
