/** What one sees of a journey when it opens: all of it where that can be read, else its beginning. */
import type { Positions } from "./layout";
import { STEP } from "./layout";

const READABLE = 0.72;
const MARGIN = 44;

export interface Viewport {
  x: number;
  y: number;
  zoom: number;
}

export function firstView(positions: Positions, width: number, height: number): Viewport {
  const xs = [...positions.values()].map((point) => point.x);
  const ys = [...positions.values()].map((point) => point.y);
  const left = Math.min(...xs);
  const broad = Math.max(...xs) + STEP.width - left;
  const tall = Math.max(...ys) + STEP.height - Math.min(...ys);
  const across = Math.min(1, (width - MARGIN) / broad);
  const whole = Math.min(across, (height - 2 * MARGIN) / tall);
  const zoom = whole >= READABLE ? whole : Math.max(whole, Math.min(READABLE, across));
  const fits = tall * zoom <= height - MARGIN;
  const top = fits ? (height - tall * zoom) / 2 : MARGIN;
  return { zoom, x: width / 2 - (left + broad / 2) * zoom, y: Math.min(top, 80) - Math.min(...ys) * zoom };
}
