/** The way of a test profile through the canvas, lit up. */
import { create } from "zustand";

export interface Trail {
  /** Steps that were passed, or where it waits. */
  steps: Readonly<Record<string, "passed" | "waiting">>;
  links: ReadonlySet<string>;
}

export const DARK: Trail = { steps: {}, links: new Set() };
export const useTrail = create<Trail>(() => DARK);
