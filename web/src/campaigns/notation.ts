/** How campaigns say their graph: what comes later names the transitions that it takes in. */
import type { NodeType } from "../api/types";
import { ENTRY, reaches, type Graph, type Link, type Types } from "../canvas/graph";
import type { Notation } from "../canvas/kit";
import { changeStep, putBehind, type Spot } from "../canvas/steps";
import { isStep, itemsOf, stepsOf, withItems, type Doc, type Step } from "../model";
import { campaignGraph } from "./graph";
import { begins, renamed, take, takenBy } from "./inlets";
import { outletsOf } from "./outlets";

export const campaignNotation: Notation = {
  types: (catalog) => catalog.activities,
  graph: campaignGraph,
  add,
  connect,
  reconnect: (doc, types, link, spot, target) =>
    connect(
      connect(doc, types, { from: link.source, exit: link.exit, to: link.target }, null),
      types,
      spot,
      target,
    ),
  mayInsert: (link) => link.exit !== null,
  mayConnect,
  remove: (doc, types, ids) => ids.reduce((rest, id) => remove(rest, types, id), doc),
  rename,
  settle,
  cut: (step, types, inside) =>
    renamed(step, types.get(step.type), (one) => (inside.has(activityOf(one)) ? one : null)),
  linkIn: (doc, types, spot, ids) => {
    const first = firstOpen(doc, types, ids);
    return first === null ? doc : connect(doc, types, spot, first);
  },
  offered: (types, spot) =>
    spot === null ? types : types.filter((type) => begins(type) === (spot.from === ENTRY)),
  begun,
  hidden: (type) => new Set(["id", "type", ...type.inlets.slice(0, 1).map((inlet) => inlet.field)]),
};

const activityOf = (transition: string): string => transition.split(".")[0] ?? "";

/** Change the names of transitions in all activities. */
function everywhere(doc: Doc, types: Types, rename: (transition: string) => string | null): Doc {
  return withItems(
    doc,
    itemsOf(doc).map((item) => (isStep(item) ? renamed(item, types.get(item.type), rename) : item)),
  );
}

/** Put an activity in; between two it takes the rows of the first, and the second takes its rows. */
function add(doc: Doc, types: Types, step: Step, spot: Spot | null): Doc {
  const type = types.get(step.type);
  const outcome = spot?.exit?.outcome;
  if (!spot || outcome === undefined || begins(type)) return putBehind(doc, step, lastSource(doc, types));
  const grown = putBehind(doc, take(step, type, outcome), spot.from);
  const onward = outletsOf(step, type)[0];
  if (spot.to === undefined || !onward) return grown;
  return changeStep(grown, spot.to, (follower) =>
    renamed(follower, types.get(follower.type), (one) => (one === outcome ? onward.outcome : one)),
  );
}

/** What begins stands together at the head of the list, as one reads a campaign. */
function lastSource(doc: Doc, types: Types): string | null {
  return (
    stepsOf(doc)
      .filter((step) => begins(types.get(step.type)))
      .at(-1)?.id ?? null
  );
}

function connect(doc: Doc, types: Types, spot: Spot, target: string | null): Doc {
  const outcome = spot.exit?.outcome;
  if (outcome === undefined) return doc;
  if (target !== null) return changeStep(doc, target, (step) => take(step, types.get(step.type), outcome));
  if (spot.to === undefined) return everywhere(doc, types, (one) => (one === outcome ? null : one));
  return changeStep(doc, spot.to, (step) =>
    renamed(step, types.get(step.type), (one) => (one === outcome ? null : one)),
  );
}

function mayConnect(graph: Graph, types: Types, spot: Spot, target: string): boolean {
  const found = graph.vertices.find((vertex) => vertex.id === target);
  if (spot.exit === null || found?.kind !== "step" || begins(types.get(found.step.type))) return false;
  return spot.from !== target && !reaches(graph, target, spot.from);
}

/** Take an activity out; who took its rows takes those that it had taken, where these are one transition. */
function remove(doc: Doc, types: Types, id: string): Doc {
  const gone = stepsOf(doc).find((step) => step.id === id);
  if (!gone) return doc;
  const had = takenBy(gone, types.get(gone.type));
  const heir = had.length === 1 ? (had[0]?.transition ?? null) : null;
  const rest = withItems(
    doc,
    itemsOf(doc).filter((item) => item !== gone),
  );
  return everywhere(rest, types, (one) => (activityOf(one) === id ? heir : one));
}

function rename(doc: Doc, types: Types, id: string, to: string): Doc {
  const named = everywhere(doc, types, (one) => (activityOf(one) === id ? to + one.slice(id.length) : one));
  return changeStep(named, id, (step) => ({ ...step, id: to }));
}

/** Where the form of an activity gave one of its ways out another name, who names it says so, too. */
function settle(doc: Doc, types: Types, before: Step, after: Step): Doc {
  const type = types.get(before.type);
  const old = outletsOf(before, type);
  const now = outletsOf(after, type);
  if (old.length !== now.length) return doc;
  const moves = old.flatMap((exit, index) => {
    const next = now[index];
    const isOnly = old.filter((one) => one.outcome === exit.outcome).length === 1;
    return next?.path === exit.path && isOnly && next.outcome !== exit.outcome
      ? [[exit.outcome, next.outcome] as const]
      : [];
  });
  const [move] = moves;
  return move && moves.length === 1
    ? everywhere(doc, types, (one) => (one === move[0] ? move[1] : one))
    : doc;
}

function firstOpen(doc: Doc, types: Types, ids: readonly string[]): string | null {
  const found = stepsOf(doc).find((step) => {
    const type = types.get(step.type);
    return ids.includes(step.id) && !begins(type) && takenBy(step, type).length === 0;
  });
  return found?.id ?? null;
}

/** A division begins with a path, and with one for the rest. */
function begun(type: NodeType, step: Step): Step {
  const each = type.outlets.find((outlet) => outlet.each);
  if (!each?.field) return step;
  const rest = type.outlets.find((outlet) => outlet.field !== null && !outlet.each)?.field;
  return {
    ...step,
    [each.field]: [{ [each.target ?? "id"]: "first" }],
    ...(rest ? { [rest]: "rest" } : {}),
  };
}

/** The link that a way out has to a step, for who takes it away. */
export const spotTo = (link: Link): Spot => ({ from: link.source, exit: link.exit, to: link.target });
