/** What one can do to the steps of any document that has a canvas. */
import { isStep, itemsOf, stepsOf, withItems, type Doc, type Step } from "../model";
import type { Exit } from "./exits";

/** Where a step is put: behind a way out, or before everything. */
export interface Spot {
  from: string;
  exit: Exit | null;
  /** The step behind it, where several may follow one way out. */
  to?: string;
}

export function freshId(doc: Doc, wish: string, others: readonly string[] = []): string {
  const taken = new Set([...stepsOf(doc).map((step) => step.id), ...others]);
  if (!taken.has(wish)) return wish;
  let number = 2;
  while (taken.has(`${wish}_${number}`)) number += 1;
  return `${wish}_${number}`;
}

export function changeStep(doc: Doc, id: string, change: (step: Step) => Step): Doc {
  return withItems(
    doc,
    itemsOf(doc).map((node) => (isStep(node) && node.id === id ? change(node) : node)),
  );
}

/** Put a step in right behind another one of the list; null: at the end. */
export function putBehind(doc: Doc, step: Step, id: string | null): Doc {
  const items = itemsOf(doc);
  const place = id === null ? -1 : items.findIndex((item) => isStep(item) && item.id === id);
  if (place < 0) return withItems(doc, [...items, step]);
  return withItems(doc, [...items.slice(0, place + 1), step, ...items.slice(place + 1)]);
}
