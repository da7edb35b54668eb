/** The forms of a condition: an expression, or a map that is told by its first field. */
import { isMap, type Json, type JsonMap } from "../model";

export type ConditionForm =
  "expression" | "all" | "any" | "not" | "in" | "did" | "related" | "engaged" | "subscribed";
export const MAPS: ConditionForm[] = ["all", "any", "not", "in", "did", "related", "engaged", "subscribed"];

export function formOfCondition(value: Json | undefined): ConditionForm | null {
  if (value === undefined || value === null || typeof value === "string" || typeof value === "boolean")
    return "expression";
  return isMap(value) ? (MAPS.find((form) => form in value) ?? null) : null;
}

/** What a condition of a form begins with. */
export function starterCondition(form: ConditionForm): Json {
  if (form === "expression") return "";
  if (form === "all" || form === "any") return { [form]: [""] };
  if (form === "not") return { not: "" };
  if (form === "engaged") return { engaged: "opened" };
  return { [form]: "" };
}

export const membersOf = (value: Json | undefined, form: "all" | "any"): Json[] => {
  const list = isMap(value) ? value[form] : undefined;
  return Array.isArray(list) ? list : [];
};

/** Put a condition into a group with room for another. */
export const grouped = (value: Json): JsonMap => ({ all: [value, ""] });

export type Test = "at_least" | "at_most" | "exactly";
export interface Count {
  test: Test;
  number: number;
}

export function countOf(value: Json | undefined): Count {
  const map = isMap(value) ? value : {};
  const test = (["at_least", "at_most", "exactly"] as const).find((one) => typeof map[one] === "number");
  return test ? { test, number: map[test] as number } : { test: "at_least", number: 1 };
}

/** The usual count is left out. */
export const countMap = ({ test, number }: Count): JsonMap | undefined =>
  test === "at_least" && number === 1 ? undefined : { [test]: number };
