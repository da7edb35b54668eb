/** What one can do to a journey: each edit takes a document and returns another; what it does not concern stays the same. */
import { isStep, itemsOf, stepsOf, withItems, type Doc, type Step } from "../model";
import { exitsOf, pointExit, repoint } from "./exits";
import { ENTRY, type Types } from "./graph";
import { renameIn } from "./renaming";
import { changeStep, putBehind, type Spot } from "./steps";

/** Put a step in; behind a spot it takes over what came there, by its first way out. */
export function addStep(doc: Doc, types: Types, step: Step, spot: Spot | null): Doc {
  if (spot === null) return putBehind(doc, step, null);
  const follower = spot.from === ENTRY ? (stepsOf(doc)[0]?.id ?? null) : (spot.exit?.target ?? null);
  const first = exitsOf(step, types.get(step.type))[0];
  const linked =
    first && follower !== null && first.target === null ? pointExit(step, first.path, follower) : step;
  if (spot.from === ENTRY) return withItems(doc, [linked, ...itemsOf(doc)]);
  return connect(putBehind(doc, linked, spot.from), spot, step.id);
}

/** Let a way out lead to a step (null: to the end); from the entry, make that step the first. */
export function connect(doc: Doc, spot: Spot, target: string | null): Doc {
  if (spot.from === ENTRY) return target === null ? doc : makeFirst(doc, target);
  const { exit } = spot;
  return exit === null ? doc : changeStep(doc, spot.from, (step) => pointExit(step, exit.path, target));
}

function makeFirst(doc: Doc, id: string): Doc {
  const items = itemsOf(doc);
  const found = items.find((item) => isStep(item) && item.id === id);
  return found === undefined ? doc : withItems(doc, [found, ...items.filter((item) => item !== found)]);
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
  const left = itemsOf(doc)
    .filter((item) => item !== gone)
    .map((item) => (isStep(item) ? repoint(item, types.get(item.type), id, heir) : item));
  const rest = withItems(doc, left);
  return steps[0] === gone && heir !== null ? makeFirst(rest, heir) : rest;
}

/** Give a step another id, everywhere in the document where it is named. */
export function renameStep(doc: Doc, types: Types, id: string, to: string): Doc {
  const items = itemsOf(doc).map((item) =>
    isStep(item) ? renameIn(item, types.get(item.type), id, to) : item,
  );
  return changeStep(withItems(doc, items), id, (step) => ({ ...step, id: to }));
}
