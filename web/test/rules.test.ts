import { describe, expect, it } from "vitest";
import type { Json } from "../src/model";
import { isWhole, move, neighbours, put, take } from "../src/rules/tree";

const RULE: Json = { all: ["a", { any: ["b", "c"] }, { not: { all: ["d"] } }] };

describe("rules", () => {
  it.each([
    ["nothing", undefined, [], null, "x"],
    ["what is not filled in", "", [], null, "x"],
    ["a condition", "a", [], null, { all: ["a", "x"] }],
    ["a group", { any: ["a"] }, [], 0, { any: ["x", "a"] }],
    ["an unfilled group", { any: [""] }, [], 1, { any: ["x"] }],
    ["a negation", { not: "" }, ["not"], null, { not: "x" }],
    ["a nested group", { all: [{ any: ["b"] }] }, ["all", 0], 1, { all: [{ any: ["b", "x"] }] }],
  ])("put a part into %s", (_, root, place, index, wanted) => {
    expect(put(root, { place, index }, "x")).toEqual(wanted);
  });

  it("move a member within its group and into another", () => {
    expect(move({ all: ["a", "b", "c"] }, ["all", 0], { place: [], index: 3 })).toEqual({
      all: ["b", "c", "a"],
    });
    expect(move({ all: ["a", "b", "c"] }, ["all", 2], { place: [], index: 0 })).toEqual({
      all: ["c", "a", "b"],
    });
    expect(move(RULE, ["all", 0], { place: ["all", 1], index: 1 })).toEqual({
      all: [{ any: ["b", "a", "c"] }, { not: { all: ["d"] } }],
    });
  });

  it("a group that has nothing left goes, and a negation stays to be filled", () => {
    expect(move({ all: ["a", { any: ["b"] }] }, ["all", 1, "any", 0], { place: [], index: 0 })).toEqual({
      all: ["b", "a"],
    });
    expect(move(RULE, ["all", 2, "not", "all", 0], { place: [], index: 0 })).toEqual({
      all: ["d", "a", { any: ["b", "c"] }, { not: "" }],
    });
    expect(take({ all: ["a"] }, ["all", 0])).toBeUndefined();
    expect(take(RULE, ["all", 1])).toEqual({ all: ["a", { not: { all: ["d"] } }] });
  });

  it("nothing is moved into itself", () => {
    expect(move(RULE, ["all", 1], { place: ["all", 1], index: 0 })).toBe(RULE);
  });

  it("the keyboard's ways up, down and out", () => {
    expect(neighbours(RULE, ["all", 0])).toEqual({ up: null, down: { place: [], index: 2 }, out: null });
    const { up, out } = neighbours(RULE, ["all", 1, "any", 1]);
    expect(up && move(RULE, ["all", 1, "any", 1], up)).toEqual({
      all: ["a", { any: ["c", "b"] }, { not: { all: ["d"] } }],
    });
    expect(out && move(RULE, ["all", 1, "any", 1], out)).toEqual({
      all: ["a", { any: ["b"] }, "c", { not: { all: ["d"] } }],
    });
  });

  it("only what is filled in is counted", () => {
    const whole: Json[] = [RULE, "a", { not: { did: "x" } }, true];
    expect(whole.every(isWhole)).toBe(true);
    const unfinished: (Json | undefined)[] = [
      undefined,
      "",
      { all: ["a", ""] },
      { not: "" },
      { did: "" },
      { any: [] },
    ];
    expect(unfinished.some(isWhole)).toBe(false);
  });
});
