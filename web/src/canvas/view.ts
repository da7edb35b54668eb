/** What one looks at on the canvas: what is chosen, where a step is being added, which panel is open. */
import { createContext, useContext } from "react";
import { useStore } from "zustand";
import { createStore, type StoreApi } from "zustand/vanilla";
import type { Spot } from "./steps";
import type { Point } from "./layout";

/** `step`, `problems`, `yaml`, or one that only this kind of document has. */
export type Panel = string;

export interface View {
  chosen: readonly string[];
  /** Where the focus of the keyboard is. */
  focus: string;
  /** A step that is to get the focus as soon as it is there. */
  awaited: string | null;
  adding: Spot | null;
  isAdding: boolean;
  dragged: string | null;
  panel: Panel;
  moved: Readonly<Record<string, Point>>;
}

export type ViewStore = StoreApi<View>;

export const createView = (moved: Record<string, Point>): ViewStore =>
  createStore<View>(() => ({
    chosen: [],
    focus: "@entry",
    awaited: null,
    adding: null,
    isAdding: false,
    dragged: null,
    panel: "step",
    moved,
  }));

export const ViewContext = createContext<ViewStore | null>(null);

export function useViewStore(): ViewStore {
  const store = useContext(ViewContext);
  if (!store) throw new Error("there is no canvas here");
  return store;
}

export function useView<T>(select: (view: View) => T): T {
  return useStore(useViewStore(), select);
}
