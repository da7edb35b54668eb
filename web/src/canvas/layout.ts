/** Where everything stands: layers from top to bottom. The engine of it is loaded when a canvas opens. */
import { linkId, type Graph, type Link, type Vertex } from "./graph";

export interface Point {
  x: number;
  y: number;
}
export type Positions = ReadonlyMap<string, Point>;

/** The way of a link around what stands between its ends, and the place of its words. */
export interface Route {
  points: Point[];
  label: Point;
}

export interface Layout {
  /** The upper left corner of each vertex. */
  positions: Positions;
  routes: ReadonlyMap<string, Route>;
  /** Which of its source's outlets, from the left, a way out takes, so that links do not cross. */
  slots: ReadonlyMap<string, number>;
}

export const STEP = { width: 232, height: 64 };
export const STUB = { width: 28, height: 28 };

export const sizeOf = (vertex: Vertex): { width: number; height: number } =>
  vertex.kind === "stub" ? STUB : STEP;

const LABEL = { width: 92, height: 18 };
const UNSAID = { width: 24, height: 18 };

export async function layOut(graph: Graph): Promise<Layout> {
  const { graphlib, layout } = await import("@dagrejs/dagre");
  const drawing = new graphlib.Graph({ multigraph: true });
  drawing.setGraph({ rankdir: "TB", nodesep: 34, ranksep: 44, edgesep: 22 });
  drawing.setDefaultEdgeLabel(() => ({}));
  for (const vertex of graph.vertices) drawing.setNode(vertex.id, { ...sizeOf(vertex) });
  const ways = countBy(graph.links);
  for (const link of graph.links) {
    const size = (ways.get(link.source) ?? 0) > 1 ? LABEL : UNSAID;
    drawing.setEdge(link.source, link.target, { ...size, labelpos: "c" }, link.id);
  }
  layout(drawing);
  const positions = new Map(
    graph.vertices.map((vertex) => {
      const { x, y } = drawing.node(vertex.id) as Point;
      const { width, height } = sizeOf(vertex);
      return [vertex.id, { x: x - width / 2, y: y - height / 2 }];
    }),
  );
  const routes = new Map(
    graph.links.map((link) => {
      const { points, x, y } = drawing.edge(link.source, link.target, link.id) as Point & { points: Point[] };
      return [link.id, { points: points.slice(1, -1), label: { x, y } }];
    }),
  );
  const found = { positions, routes, slots: slotsOf(graph.links, routes, positions) };
  return isReversed(graph.links, found.slots) ? mirrored(found, graph) : found;
}

const wayOf = (link: Link): string => linkId(link.source, link.exit);

function countBy(links: readonly Link[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { source } of links) counts.set(source, (counts.get(source) ?? 0) + 1);
  return counts;
}

function slotsOf(
  links: readonly Link[],
  routes: ReadonlyMap<string, Route>,
  positions: Positions,
): Map<string, number> {
  const heading = (link: Link): number =>
    routes.get(link.id)?.points[0]?.x ?? positions.get(link.target)?.x ?? 0;
  const slots = new Map<string, number>();
  for (const source of new Set(links.map((link) => link.source))) {
    const ways = new Map<string, number[]>();
    for (const link of links.filter((one) => one.source === source)) {
      const way = linkId(source, link.exit);
      ways.set(way, [...(ways.get(way) ?? []), heading(link)]);
    }
    const ordered = [...ways].map(([way, xs]) => ({ way, x: xs.reduce((sum, x) => sum + x, 0) / xs.length }));
    ordered.sort((a, b) => a.x - b.x).forEach(({ way }, slot) => slots.set(way, slot));
  }
  return slots;
}

/** Tell whether most ways out stand in the opposite order of their step's paths. */
function isReversed(links: readonly Link[], slots: ReadonlyMap<string, number>): boolean {
  let balance = 0;
  links.forEach((link, index) => {
    for (const other of links.slice(index + 1)) {
      const [mine, theirs] = [slots.get(wayOf(link)) ?? 0, slots.get(wayOf(other)) ?? 0];
      if (other.source === link.source && mine !== theirs) balance += mine > theirs ? 1 : -1;
    }
  });
  return balance > 0;
}

function mirrored({ positions, routes }: Layout, { vertices, links }: Graph): Layout {
  const flip = (point: Point, width = 0): Point => ({ x: -point.x - width, y: point.y });
  const places = new Map(
    vertices.map((vertex) => [
      vertex.id,
      flip(positions.get(vertex.id) ?? { x: 0, y: 0 }, sizeOf(vertex).width),
    ]),
  );
  const ways = new Map(
    [...routes].map(([id, { points, label }]) => [
      id,
      { points: points.map((point) => flip(point)), label: flip(label) },
    ]),
  );
  return { positions: places, routes: ways, slots: slotsOf(links, ways, places) };
}
