/** The ways out of a step, as its type declares them. */
import type { NodeType, Outlet } from "../api/types";
import { isMap, textOf, type Json, type Step } from "../model";
import { parsePath, readAt, writeAt } from "../path";

/** A way out: the place that names the next step, that step, and the outcome's name in counts and logs. */
export interface Exit {
  path: string;
  target: string | null;
  outcome: string;
  field: string;
  index: number | null;
  name: string | null;
}

export function exitsOf(step: Step, type: NodeType | undefined): Exit[] {
  return (type?.outlets ?? []).flatMap((outlet) => {
    const { field } = outlet;
    if (field === null) return [];
    return outlet.each ? eachExit(step, field, outlet) : [plainExit(step, field)];
  });
}

function plainExit(step: Step, field: string): Exit {
  return { path: field, target: textOf(step[field]) || null, outcome: field, field, index: null, name: null };
}

function eachExit(step: Step, field: string, outlet: Outlet): Exit[] {
  const items = step[field];
  if (!Array.isArray(items)) return [];
  const target = outlet.target ?? "next";
  return items.map((item: Json, index): Exit => {
    const map = isMap(item) ? item : {};
    const name = textOf(map[outlet.name ?? "name"]) || null;
    const place = `${field}[${index}]`;
    return {
      path: `${place}.${target}`,
      target: textOf(map[target]) || null,
      outcome: name ?? place,
      field,
      index,
      name,
    };
  });
}

export function pointExit(step: Step, path: string, target: string | null): Step {
  const parts = parsePath(path);
  if (readAt(step, parts) === undefined && target === null) return step;
  return writeAt(step, parts, target ?? undefined);
}

/** Let every way out that leads to one step lead to another (null: to the end). */
export function repoint(step: Step, type: NodeType | undefined, from: string, to: string | null): Step {
  return exitsOf(step, type)
    .filter((exit) => exit.target === from)
    .reduce((changed, exit) => pointExit(changed, exit.path, to), step);
}
