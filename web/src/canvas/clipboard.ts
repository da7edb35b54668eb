/** Steps on the clipboard: JSON that another journey, or a text editor, can take. */
import { isMap, isStep, stepsOf, type Doc, type Step } from "../model";
import { exitsOf, pointExit } from "./exits";
import { connect, freshId, type Spot } from "./edits";
import type { Types } from "./graph";
import { renameIn } from "./renaming";

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
export function paste(doc: Doc, types: Types, steps: readonly Step[], spot: Spot | null): Pasted {
  const inside = new Set(steps.map((step) => step.id));
  let made: Step[] = steps.map((step) => cut(step, types, inside));
  let grown = doc;
  const ids: string[] = [];
  for (const step of steps) {
    const id = freshId({ nodes: [...stepsOf(grown), ...ids.map((one) => ({ id: one, type: "" }))] }, step.id);
    made = id === step.id ? made : made.map((one) => renameAll(one, types, step.id, id));
    ids.push(id);
  }
  grown = { ...doc, nodes: [...(Array.isArray(doc.nodes) ? doc.nodes : []), ...made] };
  const [first] = ids;
  return { doc: spot && first !== undefined ? linkIn(grown, types, spot, ids) : grown, ids };
}

function cut(step: Step, types: Types, inside: ReadonlySet<string>): Step {
  return exitsOf(step, types.get(step.type))
    .filter((exit) => exit.target !== null && !inside.has(exit.target))
    .reduce((rest, exit) => pointExit(rest, exit.path, null), step);
}

function renameAll(step: Step, types: Types, from: string, to: string): Step {
  const changed = renameIn(step, types.get(step.type), from, to);
  return changed.id === from ? { ...changed, id: to } : changed;
}

/** The pasted steps take the spot; what came there follows the last of them that leads on. */
function linkIn(doc: Doc, types: Types, spot: Spot, ids: readonly string[]): Doc {
  const follower = spot.exit?.target ?? null;
  const linked = connect(doc, spot, ids[0] ?? null);
  if (follower === null) return linked;
  const open = stepsOf(linked)
    .filter((step) => ids.includes(step.id))
    .reverse()
    .flatMap((step) => exitsOf(step, types.get(step.type)).map((exit) => ({ from: step.id, exit })))
    .find((one) => one.exit.target === null);
  return open ? connect(linked, open, follower) : linked;
}
