import { describe, expect, it } from "vitest";
import type { NodeType } from "../src/api/types";
import { senderBefore } from "../src/canvas/acts";
import { graphOf, type Types } from "../src/canvas/graph";
import { problemWords } from "../src/canvas/problemWords";
import { startLanguages } from "../src/i18n";
import type { Doc } from "../src/model";

const TYPES = new Map(
  ["email", "wait"].map((type) => [
    type,
    { type, outlets: [{ field: "next" }], traits: { sends: type === "email" } } as unknown as NodeType,
  ]),
) satisfies Types;
const DOC: Doc = {
  kind: "journey",
  id: "welcome",
  nodes: [
    { id: "hello", type: "email", next: "later" },
    { id: "later", type: "wait", next: "again" },
    { id: "again", type: "wait" },
  ],
};

it("a step about a message begins with the nearest message before it", () => {
  const graph = graphOf(DOC, TYPES);
  expect(senderBefore("again", graph, TYPES)).toBe("hello");
  expect(senderBefore("hello", graph, TYPES)).toBe("hello");
  expect(senderBefore("@entry", graph, TYPES)).toBeNull();
});

describe("problems of what is not filled in", async () => {
  await startLanguages();
  it.each([
    ["`event` is missing in `entry`", "entry", "“Event” is still to be filled in"],
    ["this must not be empty", "nodes", "There is no step yet: add the first one with the +"],
    ["this must not be empty", "nodes[2].paths", "“Paths” is still empty"],
    ["no event ``", "nodes[1].paths[0].when.did", "“Event” is still to be filled in"],
    [
      "the node `email` has no `template` (and no `variants`)",
      "nodes[0]",
      "“Template” is still to be filled in",
    ],
    [
      "no event `bought`; did you mean `purchase`?",
      "nodes[1]",
      "no event `bought`; did you mean `purchase`?",
    ],
    ["nobody gets this variant: its share is 0", "nodes[0]", "nobody gets this variant: its share is 0"],
  ])("name the field as its form does", (message, path, words) => {
    expect(problemWords({ message, path })).toBe(words);
  });
});
