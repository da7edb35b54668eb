import { describe, expect, it } from "vitest";
import type { NodeType } from "../src/api/types";
import { graphOf, type Types } from "../src/canvas/graph";
import { settled } from "../src/canvas/sameness";
import { changeStep } from "../src/canvas/steps";
import type { Doc } from "../src/model";

const TYPES = new Map(
  ["wait", "end"].map((type) => [
    type,
    { type, outlets: type === "end" ? [] : [{ field: "next" }] } as unknown as NodeType,
  ]),
) satisfies Types;

/** A chain of so many waits. */
const chain = (count: number): Doc => ({
  kind: "journey",
  id: "long",
  entry: { type: "event", event: "signed_up" },
  nodes: Array.from({ length: count }, (_, index) => ({
    id: `s${index}`,
    type: "wait",
    for: "1d",
    ...(index + 1 < count ? { next: `s${index + 1}` } : {}),
  })),
});

const changed = <T>(after: readonly T[], before: readonly T[]): T[] =>
  after.filter((one) => !before.includes(one));

describe("a graph of 200 steps", () => {
  const doc = chain(200);
  const before = graphOf(doc, TYPES);

  it("keeps all but the step that is written in", () => {
    const after = settled(
      graphOf(
        changeStep(doc, "s7", (step) => ({ ...step, for: "2d" })),
        TYPES,
      ),
      before,
    );
    expect(changed(after.vertices, before.vertices).map(({ id }) => id)).toEqual(["s7"]);
    expect(changed(after.links, before.links)).toEqual([]);
  });

  it("keeps everything when only the title changes", () => {
    const after = settled(graphOf({ ...doc, title: "Long" }, TYPES), before);
    expect(changed(after.vertices, before.vertices)).toEqual([]);
    expect(changed(after.links, before.links)).toEqual([]);
  });

  it("has a new link where one leads elsewhere", () => {
    const after = settled(
      graphOf(
        changeStep(doc, "s7", (step) => ({ ...step, next: "s9" })),
        TYPES,
      ),
      before,
    );
    expect(changed(after.links, before.links).map(({ source, target }) => `${source} ${target}`)).toEqual([
      "s7 s9",
    ]);
  });
});
