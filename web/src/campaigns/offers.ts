/** What an activity may take in, and who may take in what. */
import type { NodeType } from "../api/types";
import { reaches, type Graph, type Types } from "../canvas/graph";
import { stepsOf, type Doc, type Step } from "../model";
import { campaignGraph } from "./graph";
import { begins, takenBy } from "./inlets";
import { outletsOf } from "./outlets";

/** The transitions that an activity may take in: those that do not come from itself. */
export function transitionsFor(doc: Doc, list: readonly NodeType[], id: string): string[] {
  const types = new Map(list.map((type) => [type.type, type]));
  const graph = campaignGraph(doc, types, false);
  return stepsOf(doc)
    .filter((step) => step.id !== id && !reaches(graph, id, step.id))
    .flatMap((step) => outletsOf(step, types.get(step.type)).map((exit) => exit.outcome));
}

/** The activities that may take in what an activity gives. */
export const takersOf = (doc: Doc, graph: Graph, types: Types, id: string): Step[] =>
  stepsOf(doc).filter(
    (step) => step.id !== id && !begins(types.get(step.type)) && !reaches(graph, step.id, id),
  );

export const followersOf = (doc: Doc, types: Types, transition: string): string[] =>
  stepsOf(doc)
    .filter((step) => takenBy(step, types.get(step.type)).some((one) => one.transition === transition))
    .map((step) => step.id);
