/** Moving the focus over the graph by keys: along links, and between those that stand side by side. */
import type { Graph } from "./graph";
import type { Positions } from "./layout";

export type Direction = "up" | "down" | "left" | "right";

export function neighbour(
  graph: Graph,
  positions: Positions,
  from: string,
  direction: Direction,
): string | null {
  const x = (id: string): number => positions.get(id)?.x ?? 0;
  const y = (id: string): number => positions.get(id)?.y ?? 0;
  const nearest = (ids: string[]): string | null =>
    ids.sort((a, b) => Math.abs(x(a) - x(from)) - Math.abs(x(b) - x(from)))[0] ?? null;
  if (direction === "down")
    return nearest(graph.links.filter((link) => link.source === from).map((link) => link.target));
  if (direction === "up")
    return nearest(graph.links.filter((link) => link.target === from).map((link) => link.source));
  const sign = direction === "left" ? -1 : 1;
  const beside = graph.vertices
    .map((vertex) => vertex.id)
    .filter((id) => id !== from && (x(id) - x(from)) * sign > 0 && Math.abs(y(id) - y(from)) < 60);
  return nearest(beside);
}
