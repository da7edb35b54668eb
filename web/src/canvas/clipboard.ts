/** Steps on the clipboard: JSON that another document, or a text editor, can take. */
import { isMap, isStep, itemsOf, stepsOf, withItems, type Doc, type Step } from "../model";
import type { Types } from "./graph";
import type { Notation } from "./kit";
import { renameIn } from "./renaming";
import { freshId, type Spot } from "./steps";

const MARK = "sojourn/steps";

export function copied(doc: Doc, ids: readonly string[]): string {
  const steps = stepsOf(doc).filter((step) => ids.includes(step.id));
  return JSON.stringify({ [MARK]: 1, steps }, null, 2);
}

/** Read steps from text; null: there are none. */
export function readSteps(text: string): Step[] | null {
  try {
    const found = JSON.parse(text) as unknown;
    if (typeof found !== "object" || found === null || !(MARK in found)) return null;
    const steps = (found as { steps?: unknown }).steps;
    return Array.isArray(steps) ? (steps as Step[]).filter((step) => isMap(step) && isStep(step)) : null;
  } catch {
    return null;
  }
}

export interface Pasted {
  doc: Doc;
  ids: string[];
}

/** Put steps in under free ids; links among them stay, links to others do not. At a spot the first one follows it. */
export function paste(
  doc: Doc,
  types: Types,
  steps: readonly Step[],
  spot: Spot | null,
  by: Notation,
): Pasted {
  const inside = new Set(steps.map((step) => step.id));
  let made: Step[] = steps.map((step) => by.cut(step, types, inside));
  const ids: string[] = [];
  for (const step of steps) {
    const id = freshId(doc, step.id, ids);
    made = id === step.id ? made : made.map((one) => renameAll(one, types, step.id, id));
    ids.push(id);
  }
  const grown = withItems(doc, [...itemsOf(doc), ...made]);
  return { doc: spot && ids.length ? by.linkIn(grown, types, spot, ids) : grown, ids };
}

function renameAll(step: Step, types: Types, from: string, to: string): Step {
  const changed = renameIn(step, types.get(step.type), from, to);
  return changed.id === from ? { ...changed, id: to } : changed;
}
