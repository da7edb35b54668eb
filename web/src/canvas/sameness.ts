/** What an edit does not concern stays the same object in the graph, so that nothing that shows it is drawn again. */
import type { Exit } from "./exits";
import type { Graph, Link, Vertex } from "./graph";

/** Return a graph with the vertices and links of the one before, as far as they say the same. */
export function settled(graph: Graph, before: Graph | null): Graph {
  if (!before) return graph;
  return {
    vertices: kept(graph.vertices, before.vertices, isSameVertex),
    links: kept(graph.links, before.links, isSameLink),
  };
}

/** Remembers the graph before. */
export function settling(): (graph: Graph) => Graph {
  let before: Graph | null = null;
  return (graph) => (before = settled(graph, before));
}

function kept<T extends { id: string }>(
  items: readonly T[],
  before: readonly T[],
  isSame: (a: T, b: T) => boolean,
): T[] {
  const known = new Map(before.map((item) => [item.id, item]));
  return items.map((item) => {
    const old = known.get(item.id);
    return old && isSame(old, item) ? old : item;
  });
}

function isSameVertex(a: Vertex, b: Vertex): boolean {
  if (a.kind === "step" && b.kind === "step")
    return (
      a.step === b.step &&
      a.isStart === b.isStart &&
      a.exits.length === b.exits.length &&
      a.exits.every((exit, index) => isSameExit(exit, b.exits[index] ?? null))
    );
  if (a.kind === "stub" && b.kind === "stub") return a.from === b.from && isSameExit(a.exit, b.exit);
  return a.kind === b.kind;
}

const isSameLink = (a: Link, b: Link): boolean =>
  a.source === b.source && a.target === b.target && isSameExit(a.exit, b.exit);

function isSameExit(a: Exit | null, b: Exit | null): boolean {
  if (a === null || b === null) return a === b;
  const names = Object.keys(a) as (keyof Exit)[];
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
