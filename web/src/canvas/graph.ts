/** A document as a graph to look at. The document stays what it is: the graph is read from it and never written back. */
import type { NodeType } from "../api/types";
import { stepsOf, type Doc, type Step } from "../model";
import { exitsOf, type Exit } from "./exits";

export const ENTRY = "@entry";
export type Types = ReadonlyMap<string, NodeType>;

export interface StepVertex {
  kind: "step";
  id: string;
  step: Step;
  exits: Exit[];
  isStart: boolean;
}
export interface EntryVertex {
  kind: "entry";
  id: typeof ENTRY;
}
/** An open end, where a step can be added. */
export interface StubVertex {
  kind: "stub";
  id: string;
  from: string;
  exit: Exit | null;
}
export type Vertex = StepVertex | EntryVertex | StubVertex;

export interface Link {
  id: string;
  source: string;
  target: string;
  exit: Exit | null;
}

/** Tell whether a link leads to an open end. */
export const isOpen = (link: Link): boolean => link.target.startsWith("@end");
export interface Graph {
  vertices: Vertex[];
  links: Link[];
}

/** Names a way out; also the link of it, where only one leads on from there. */
export const linkId = (source: string, exit: Exit | null): string => `${source}:${exit?.path ?? "start"}`;
export const stubId = (source: string, exit: Exit | null): string => `@end:${linkId(source, exit)}`;

/** Read the graph of a journey; with `stubs` each way out that leads nowhere has an open end. */
export function graphOf(doc: Doc, types: Types, stubs = true): Graph {
  const steps = stepsOf(doc);
  const known = new Set(steps.map((step) => step.id));
  const start = steps[0]?.id ?? null;
  const vertices: Vertex[] = [{ kind: "entry", id: ENTRY }];
  const links: Link[] = [];
  const lead = (source: string, exit: Exit | null, target: string | null): void => {
    const id = linkId(source, exit);
    if (target !== null && known.has(target)) links.push({ id, source, target, exit });
    else if (stubs) {
      const end = stubId(source, exit);
      vertices.push({ kind: "stub", id: end, from: source, exit });
      links.push({ id, source, target: end, exit });
    }
  };
  for (const step of steps) {
    vertices.push({
      kind: "step",
      id: step.id,
      step,
      exits: exitsOf(step, types.get(step.type)),
      isStart: step.id === start,
    });
  }
  lead(ENTRY, null, start);
  for (const vertex of vertices.filter((one) => one.kind === "step")) {
    for (const exit of vertex.exits) lead(vertex.id, exit, exit.target);
  }
  return { vertices, links };
}

/** Tell whether a path leads from one step to another: a link back would close a circle. */
export function reaches(graph: Graph, from: string, to: string): boolean {
  const seen = new Set<string>();
  const ahead = [from];
  for (let here = ahead.pop(); here !== undefined; here = ahead.pop()) {
    if (here === to) return true;
    if (seen.has(here)) continue;
    seen.add(here);
    for (const link of graph.links) if (link.source === here) ahead.push(link.target);
  }
  return false;
}
