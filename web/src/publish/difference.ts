/** Two versions of a document as one graph: what is new, what is gone, what says something else. */
import type { Graph, Link, Types, Vertex } from "../canvas/graph";
import { ENTRY } from "../canvas/graph";
import type { Notation } from "../canvas/kit";
import { equal } from "../editor/equal";
import { listOf, type Doc, type Step } from "../model";

export type Fate = "same" | "added" | "removed" | "changed";

export interface Difference {
  graph: Graph;
  steps: ReadonlyMap<string, Fate>;
  links: ReadonlyMap<string, Fate>;
}

export function differenceOf(before: Doc, after: Doc, by: Notation, types: Types): Difference {
  const [old, now] = [by.graph(before, types, false), by.graph(after, types, false)];
  const were = new Map(old.vertices.map((vertex) => [vertex.id, vertex]));
  const are = new Set(now.vertices.map(({ id }) => id));
  const gone = old.vertices.filter(({ id }) => !are.has(id));
  const steps = new Map<string, Fate>(gone.map(({ id }) => [id, "removed"]));
  for (const vertex of now.vertices) {
    const was = were.get(vertex.id);
    steps.set(vertex.id, was ? fateOf(was, vertex, before, after, by, types) : "added");
  }
  const [oldWays, ways] = [new Set(old.links.map(wayOf)), new Set(now.links.map(wayOf))];
  const lost = old.links
    .filter((link) => !ways.has(wayOf(link)))
    .map((link) => ({ ...link, id: `removed ${link.id}` }));
  const links = new Map<string, Fate>(lost.map(({ id }) => [id, "removed"]));
  for (const link of now.links) links.set(link.id, oldWays.has(wayOf(link)) ? "same" : "added");
  return { graph: { vertices: [...now.vertices, ...gone], links: [...now.links, ...lost] }, steps, links };
}

const wayOf = ({ source, target, exit }: Link): string => `${source} ${exit?.path ?? ""} ${target}`;

function fateOf(was: Vertex, is: Vertex, before: Doc, after: Doc, by: Notation, types: Types): Fate {
  if (was.kind === "step" && is.kind === "step")
    return equal(said(was.step, by, types), said(is.step, by, types)) ? "same" : "changed";
  return equal(frameOf(before), frameOf(after)) ? "same" : "changed";
}

/** What a step says besides what its links show. */
function said(step: Step, by: Notation, types: Types): Doc {
  const type = types.get(step.type);
  const hidden = type ? by.hidden(type) : new Set<string>();
  return Object.fromEntries(Object.entries(step).filter(([name]) => name === "type" || !hidden.has(name)));
}

/** All that a document says besides its steps. */
function frameOf(doc: Doc): Doc {
  const { [listOf(doc)]: _steps, ...frame } = doc;
  return frame;
}

/** Tell whether a change is of a step; of the start, whether it is of none. */
export function isOf(path: string, step: string, list: string): boolean {
  if (step === ENTRY) return !path.startsWith(`${list}[`);
  return path === `${list}[${step}]` || path.startsWith(`${list}[${step}].`);
}
