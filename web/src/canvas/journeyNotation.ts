/** How journeys say their graph: each way out names the step that follows it. */
import { stepsOf, type Doc, type Step } from "../model";
import { addStep, connect, removeSteps, renameStep } from "./edits";
import { exitsOf, pointExit } from "./exits";
import { ENTRY, graphOf, reaches, type Types } from "./graph";
import type { Notation } from "./kit";
import type { Spot } from "./steps";

export const journeyNotation: Notation = {
  types: (catalog) => catalog.nodes,
  graph: graphOf,
  add: addStep,
  connect: (doc, _types, spot, target) => connect(doc, spot, target),
  reconnect: (doc, _types, _link, spot, target) => connect(doc, spot, target),
  mayInsert: () => true,
  mayConnect: (graph, _types, spot, target) =>
    spot.from !== target &&
    !target.startsWith("@") &&
    (spot.from === ENTRY || !reaches(graph, target, spot.from)),
  remove: removeSteps,
  rename: renameStep,
  settle: (doc) => doc,
  cut: (step, types, inside) =>
    exitsOf(step, types.get(step.type))
      .filter((exit) => exit.target !== null && !inside.has(exit.target))
      .reduce((rest, exit) => pointExit(rest, exit.path, null), step),
  linkIn,
  offered: (types) => types,
  begun: (_type, step) => step,
  hidden: (type) =>
    new Set(["id", "type", ...type.outlets.filter((one) => !one.each).flatMap((one) => one.field ?? [])]),
};

/** The pasted steps take the spot; what came there follows the last of them that leads on. */
function linkIn(doc: Doc, types: Types, spot: Spot, ids: readonly string[]): Doc {
  const follower = spot.exit?.target ?? null;
  const linked = connect(doc, spot, ids[0] ?? null);
  if (follower === null) return linked;
  const open = stepsOf(linked)
    .filter((step: Step) => ids.includes(step.id))
    .reverse()
    .flatMap((step) => exitsOf(step, types.get(step.type)).map((exit) => ({ from: step.id, exit })))
    .find((one) => one.exit.target === null);
  return open ? connect(linked, open, follower) : linked;
}
