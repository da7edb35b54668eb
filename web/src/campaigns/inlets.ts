/** The transitions that an activity takes in. */
import type { NodeType } from "../api/types";
import type { Json, Step } from "../model";

export interface Taken {
  /** The place that names it, such as `of` or `of[1]`. */
  place: string;
  transition: string;
}

/** Return what an activity takes in, by the first of its inlets: the others name one of these again. */
export function takenBy(step: Step, type: NodeType | undefined): Taken[] {
  const [inlet] = type?.inlets ?? [];
  if (!inlet) return [];
  const value = step[inlet.field];
  if (!inlet.many)
    return typeof value === "string" && value ? [{ place: inlet.field, transition: value }] : [];
  if (!Array.isArray(value)) return [];
  return value.flatMap((one, index) =>
    typeof one === "string" && one ? [{ place: `${inlet.field}[${index}]`, transition: one }] : [],
  );
}

export const begins = (type: NodeType | undefined): boolean => type !== undefined && type.inlets.length === 0;

/** Let an activity take a transition in; one that takes only one gives up the one that it had. */
export function take(step: Step, type: NodeType | undefined, transition: string): Step {
  const [inlet] = type?.inlets ?? [];
  if (!inlet) return step;
  if (!inlet.many) return { ...step, [inlet.field]: transition };
  const had = listOf(step[inlet.field]);
  return had.includes(transition) ? step : { ...step, [inlet.field]: [...had, transition] };
}

/** Change the names of transitions wherever an activity has them; null: it takes that one no longer. */
export function renamed(
  step: Step,
  type: NodeType | undefined,
  rename: (transition: string) => string | null,
): Step {
  return (type?.inlets ?? []).reduce((changed, { field, many }) => {
    const value = changed[field];
    if (many) {
      const had = listOf(value);
      const next = [...new Set(had.flatMap((one) => rename(one) ?? []))];
      return same(had, next) ? changed : { ...changed, [field]: next };
    }
    if (typeof value !== "string") return changed;
    const next = rename(value);
    if (next === value) return changed;
    if (next !== null) return { ...changed, [field]: next };
    const { [field]: _gone, ...rest } = changed;
    return rest as Step;
  }, step);
}

const listOf = (value: Json | undefined): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];

const same = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((one, index) => one === b[index]);
