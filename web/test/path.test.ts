import { expect, it } from "vitest";
import type { JsonMap } from "../src/model";
import { formatPath, parsePath, readAt, writeAt } from "../src/path";

it("reads and writes places", () => {
  const doc: JsonMap = { nodes: [{ id: "a" }, { id: "b", paths: [{ when: "x" }] }], other: {} };
  const parts = parsePath("nodes[1].paths[0].when");
  expect(parts).toEqual(["nodes", 1, "paths", 0, "when"]);
  expect(formatPath(parts)).toBe("nodes[1].paths[0].when");
  expect(readAt(doc, parts)).toBe("x");
  const changed = writeAt(doc, parts, "y");
  expect(readAt(changed, parts)).toBe("y");
  expect(changed.other).toBe(doc.other);
  expect(writeAt(changed, parts, "x")).toEqual(doc);
  expect(writeAt(doc, ["nodes", 0], undefined)).toEqual({ nodes: [readAt(doc, ["nodes", 1])], other: {} });
  expect(writeAt({}, ["a", 0, "b"], 1)).toEqual({ a: [{ b: 1 }] });
  expect(writeAt({ a: 1, b: 2 }, ["a"], undefined)).toEqual({ b: 2 });
});
