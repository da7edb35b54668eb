/** What one can do to a journey: each edit takes a document and returns another; what it does not concern stays the same. */
import { isStep, stepsOf, type Doc, type Json, type Step } from "../model";
import { exitsOf, pointExit, repoint, type Exit } from "./exits";
import { ENTRY, type Types } from "./graph";
import { renameIn } from "./renaming";

/** Where a step is put: behind a way out, or before everything. */
export interface Spot {
  from: string;
  exit: Exit | null;
}

const nodesOf = (doc: Doc): Json[] => (Array.isArray(doc.nodes) ? doc.nodes : []);

export function freshId(doc: Doc, wish: string): string {
  const taken = new Set(stepsOf(doc).map((step) => step.id));
  if (!taken.has(wish)) return wish;
  let number = 2;
  while (taken.has(`${wish}_${number}`)) number += 1;
  return `${wish}_${number}`;
}

export function changeStep(doc: Doc, id: string, change: (step: Step) => Step): Doc {
  return {
    ...doc,
    nodes: nodesOf(doc).map((node) => (isStep(node) && node.id === id ? change(node) : node)),
  };
}

/** Put a step in; behind a spot it takes over what came there, by its first way out. */
export function addStep(doc: Doc, types: Types, step: Step, spot: Spot | null): Doc {
  const nodes = nodesOf(doc);
  if (spot === null) return { ...doc, nodes: [...nodes, step] };
  const follower = spot.from === ENTRY ? (stepsOf(doc)[0]?.id ?? null) : (spot.exit?.target ?? null);
  const first = exitsOf(step, types.get(step.type))[0];
  const linked =
    first && follower !== null && first.target === null ? pointExit(step, first.path, follower) : step;
  if (spot.from === ENTRY) return { ...doc, nodes: [linked, ...nodes] };
  const place = nodes.findIndex((node) => isStep(node) && node.id === spot.from) + 1;
  const grown = { ...doc, nodes: [...nodes.slice(0, place), linked, ...nodes.slice(place)] };
  return connect(grown, spot, step.id);
}

/** Let a way out lead to a step (null: to the end); from the entry, make that step the first. */
export function connect(doc: Doc, spot: Spot, target: string | null): Doc {
  if (spot.from === ENTRY) return target === null ? doc : makeFirst(doc, target);
  const { exit } = spot;
  return exit === null ? doc : changeStep(doc, spot.from, (step) => pointExit(step, exit.path, target));
}

function makeFirst(doc: Doc, id: string): Doc {
  const nodes = nodesOf(doc);
  const found = nodes.find((node) => isStep(node) && node.id === id);
  return found === undefined ? doc : { ...doc, nodes: [found, ...nodes.filter((node) => node !== found)] };
}

/** Take steps out; who led to one of them leads to what came behind it, where that is clear. */
export function removeSteps(doc: Doc, types: Types, ids: readonly string[]): Doc {
  return ids.reduce((rest, id) => removeStep(rest, types, id), doc);
}

function removeStep(doc: Doc, types: Types, id: string): Doc {
  const steps = stepsOf(doc);
  const gone = steps.find((step) => step.id === id);
  if (!gone) return doc;
  const targets = new Set(exitsOf(gone, types.get(gone.type)).flatMap((exit) => exit.target ?? []));
  const heir = targets.size === 1 ? ([...targets][0] ?? null) : null;
  const nodes = nodesOf(doc)
    .filter((node) => node !== gone)
    .map((node) => (isStep(node) ? repoint(node, types.get(node.type), id, heir) : node));
  const rest = { ...doc, nodes };
  return steps[0] === gone && heir !== null ? makeFirst(rest, heir) : rest;
}

/** Give a step another id, everywhere in the journey where it is named. */
export function renameStep(doc: Doc, types: Types, id: string, to: string): Doc {
  const nodes = nodesOf(doc).map((node) =>
    isStep(node) ? renameIn(node, types.get(node.type), id, to) : node,
  );
  return changeStep({ ...doc, nodes }, id, (step) => ({ ...step, id: to }));
}
