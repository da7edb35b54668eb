/** What one sees of a journey when it opens: all of it where that can be read, else its beginning. */
import type { Vertex } from "./graph";
import { sizeOf, type Positions } from "./layout";

const READABLE = 0.72;
/** Below this nobody reads a card: part of a broad one is seen instead, around its beginning. */
const LEAST = 0.6;
const MARGIN = 44;

export interface Viewport {
  x: number;
  y: number;
  zoom: number;
}

export function firstView(
  vertices: readonly Vertex[],
  positions: Positions,
  width: number,
  height: number,
): Viewport {
  const boxes = vertices.flatMap((vertex) => {
    const point = positions.get(vertex.id);
    const size = sizeOf(vertex);
    return point ? [{ ...point, right: point.x + size.width, bottom: point.y + size.height }] : [];
  });
  const left = Math.min(...boxes.map((box) => box.x));
  const highest = Math.min(...boxes.map((box) => box.y));
  const right = Math.max(...boxes.map((box) => box.right));
  const broad = right - left;
  const tall = Math.max(...boxes.map((box) => box.bottom)) - highest;
  const across = Math.min(1, (width - MARGIN) / broad);
  const whole = Math.min(across, (height - 2 * MARGIN) / tall);
  const zoom = Math.max(LEAST, whole >= READABLE ? whole : Math.max(whole, Math.min(READABLE, across)));
  const fits = tall * zoom <= height - MARGIN;
  const top = fits ? (height - tall * zoom) / 2 : MARGIN;
  const first = boxes.find((box) => box.y === highest);
  const half = width / zoom / 2;
  const middle =
    broad * zoom <= width - MARGIN || !first
      ? left + broad / 2
      : Math.min(Math.max((first.x + first.right) / 2, left + half - MARGIN), right - half + MARGIN);
  return { zoom, x: width / 2 - middle * zoom, y: Math.min(top, 80) - highest * zoom };
}
