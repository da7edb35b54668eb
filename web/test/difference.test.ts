import { describe, expect, it } from "vitest";
import { ENTRY } from "../src/canvas/graph";
import { journeyNotation } from "../src/canvas/journeyNotation";
import { removeSteps } from "../src/canvas/edits";
import { changeStep } from "../src/canvas/steps";
import { differenceOf, isOf } from "../src/publish/difference";
import { JOURNEY, TYPES } from "./fixtures";

const between = (after: typeof JOURNEY) => differenceOf(JOURNEY, after, journeyNotation, TYPES);
const fates = ({ steps }: ReturnType<typeof between>): Record<string, string> =>
  Object.fromEntries([...steps].filter(([, fate]) => fate !== "same"));

describe("the difference of two versions", () => {
  it("is nothing where they say the same", () => {
    const difference = between(structuredClone(JOURNEY));
    expect(fates(difference)).toEqual({});
    expect(new Set(difference.links.values())).toEqual(new Set(["same"]));
  });

  it("has a step that is gone, with its links", () => {
    const difference = between(removeSteps(JOURNEY, TYPES, ["late"]));
    expect(fates(difference)).toEqual({ late: "removed" });
    const lost = difference.graph.links.filter(({ id }) => difference.links.get(id) === "removed");
    expect(lost.map(({ source, target }) => `${source}→${target}`)).toEqual(["opened→late", "late→choice"]);
    expect(difference.graph.vertices.map(({ id }) => id)).toContain("late");
  });

  it("tells a step that says something else from one that only leads elsewhere", () => {
    const changed = changeStep(JOURNEY, "first", (step) => ({ ...step, template: "another" }));
    expect(fates(between(changed))).toEqual({ first: "changed" });
    const led = changeStep(JOURNEY, "late", (step) => ({ ...step, next: "thanks" }));
    expect(fates(between(led))).toEqual({});
    const ways = [...between(led).links.values()];
    expect(ways.filter((fate) => fate === "added")).toHaveLength(1);
    expect(ways.filter((fate) => fate === "removed")).toHaveLength(1);
  });

  it("has what is about no step at the start", () => {
    expect(fates(between({ ...JOURNEY, reentry: "always" }))).toEqual({ [ENTRY]: "changed" });
    expect(isOf("reentry", ENTRY, "nodes")).toBe(true);
    expect(isOf("nodes[first].template", ENTRY, "nodes")).toBe(false);
    expect(isOf("nodes[first].template", "first", "nodes")).toBe(true);
    expect(isOf("nodes[first2]", "first", "nodes")).toBe(false);
  });
});
