/** The ways out of an activity: each is a transition, which others name. */
import type { NodeType, Outlet } from "../api/types";
import type { Exit } from "../canvas/exits";
import { isMap, textOf, type Step } from "../model";

/** Return the ways out; those that somebody has not named yet, but begun, included. */
export function outletsOf(step: Step, type: NodeType | undefined): Exit[] {
  return (type?.outlets ?? []).flatMap((outlet) => {
    if (outlet.field === null) return [fixed(step, outlet.name ?? "")];
    return outlet.each ? named(step, outlet.field, outlet) : given(step, outlet.field);
  });
}

export const transitionOf = (id: string, outlet: string): string => (outlet ? `${id}.${outlet}` : id);

/** A way out that each activity of the type has; the one without a name is its rows as a whole. */
function fixed(step: Step, outlet: string): Exit {
  return {
    path: `.${outlet}`,
    target: null,
    outcome: transitionOf(step.id, outlet),
    field: outlet || "rows",
    index: null,
    name: null,
  };
}

function given(step: Step, field: string): Exit[] {
  const name = step[field];
  if (typeof name !== "string") return [];
  return [{ path: field, target: null, outcome: `${step.id}.${name}`, field, index: null, name }];
}

function named(step: Step, field: string, { target }: Outlet): Exit[] {
  const items = step[field];
  if (!Array.isArray(items)) return [];
  return items.map((item, index) => {
    const name = isMap(item) ? textOf(item[target ?? "id"]) : "";
    const path = `${field}[${index}].${target ?? "id"}`;
    return { path, target: null, outcome: `${step.id}.${name}`, field, index, name: name || null };
  });
}
