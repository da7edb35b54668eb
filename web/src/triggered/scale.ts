/** From instants to places on the picture, with marks at round times of the wall clock. */
import type { TimeLineAnswer } from "../api/types";
import { toLocal } from "../i18n/local";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [
  5 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
  14 * DAY,
  30 * DAY,
  90 * DAY,
  365 * DAY,
  3650 * DAY,
];
const MARGIN = 0.05;
const LEAST = 2 * HOUR;

export interface Scale {
  from: number;
  until: number;
  /** The place of an instant, between 0 and 1; outside of the picture it is at its edge. */
  at: (instant: string | number) => number;
}

export function scaleOf(line: TimeLineAnswer): Scale {
  const instants = line.examples.flatMap((one) => [
    one.at,
    ...one.leaves.map((each) => each.at),
    ...(one.due_at ? [one.due_at] : []),
  ]);
  const times = instants.map((text) => Date.parse(text));
  const first = Math.min(...times);
  const last = Math.max(...times, first + LEAST);
  const room = (last - first) * MARGIN;
  const [from, until] = [first - room, last + room];
  const at = (instant: string | number): number => {
    const time = typeof instant === "number" ? instant : Date.parse(instant);
    return Math.min(1, Math.max(0, (time - from) / (until - from)));
  };
  return { from, until, at };
}

export interface Tick {
  at: number;
  /** Whether a day begins here. */
  isDay: boolean;
}

/** Round times, at most as many as there is room for; on the clock of the zone. */
export function ticksOf({ from, until }: Scale, zone: string, most: number): Tick[] {
  const step = STEPS.find((each) => (until - from) / each <= most) ?? STEPS.at(-1) ?? DAY;
  const ticks: Tick[] = [];
  for (
    let wall = Math.ceil((from + offsetAt(from, zone)) / step) * step;
    ticks.length <= most;
    wall += step
  ) {
    const at = wall - offsetAt(wall - offsetAt(from, zone), zone);
    if (at > until) break;
    ticks.push({ at, isDay: wall % DAY === 0 });
  }
  return ticks;
}

function offsetAt(time: number, zone: string): number {
  const minute = Math.floor(time / MINUTE) * MINUTE;
  const local = toLocal(new Date(minute).toISOString(), zone);
  return local === null ? 0 : Date.parse(`${local}Z`) - minute;
}

/** The stretches of the picture in which nothing may leave: what lies between the openings. */
export function closedParts(scale: Scale, open: TimeLineAnswer["open"]): [number, number][] {
  if (!open) return [];
  const parts: [number, number][] = [];
  let from = 0;
  for (const opening of open) {
    const [begin, end] = [scale.at(opening.from), scale.at(opening.until)];
    if (begin > from) parts.push([from, begin]);
    from = Math.max(from, end);
  }
  if (from < 1) parts.push([from, 1]);
  return parts;
}
