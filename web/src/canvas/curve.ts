/** The line of a link: through the points of its route, straight beside what it passes. */
import type { Point } from "./layout";

const BESIDE = 32;

export function curve(from: Point, points: readonly Point[], to: Point): string {
  const stops = [
    from,
    ...points.flatMap((point, index) => straight(point, points[index - 1] ?? from, points[index + 1] ?? to)),
    to,
  ];
  const [first, ...rest] = stops;
  if (!first) return "";
  let before = first;
  const parts = rest.map((stop) => {
    const part = segment(before, stop);
    before = stop;
    return part;
  });
  return `M ${first.x} ${first.y} ${parts.join(" ")}`;
}

function straight(point: Point, before: Point, after: Point): Point[] {
  const up = room(point.y - before.y);
  const down = room(after.y - point.y);
  return [
    { x: point.x, y: point.y - up },
    { x: point.x, y: point.y + down },
  ];
}

/** Where there is little room, all of it is for the bend. */
const room = (gap: number): number => (gap < 50 ? 0 : Math.min(BESIDE, gap * 0.4));

function segment(from: Point, to: Point): string {
  if (Math.abs(from.x - to.x) < 0.5) return `L ${to.x} ${to.y}`;
  const middle = (from.y + to.y) / 2;
  return `C ${from.x} ${middle} ${to.x} ${middle} ${to.x} ${to.y}`;
}
