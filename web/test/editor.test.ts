import { describe, expect, it } from "vitest";
import type { Draft } from "../src/api/types";
import { merge, settle } from "../src/editor/merge";
import { createEditor, documentOf, isDirty } from "../src/editor/store";
import { readYaml, writeYaml } from "../src/editor/yamlText";
import { JOURNEY } from "./fixtures";
import type { Doc } from "../src/model";

const TEXT = `# The welcome journey
kind: journey
id: welcome   # never change
nodes:
  # The first mail
  - {id: first, type: email, template: hello, next: hold}   # warm
  - id: hold
    type: wait
    for: 1d # a day
`;
const DOC: Doc = {
  kind: "journey",
  id: "welcome",
  nodes: [
    { id: "first", type: "email", template: "hello", next: "hold" },
    { id: "hold", type: "wait", for: "1d" },
  ],
};

describe("YAML", () => {
  it("reads as YAML 1.2: times and words stay text", () => {
    expect(readYaml("on: no\nat: 14:00").document).toEqual({ on: "no", at: "14:00" });
    expect(readYaml("a: [").error).toBeTruthy();
    expect(readYaml(TEXT).document).toEqual(DOC);
  });

  it("stays as it is where nothing differs", () => expect(writeYaml(TEXT, DOC)).toBe(TEXT));

  it("keeps comments and order around what differs", () => {
    const changed = structuredClone(DOC) as { nodes: Record<string, string>[] } & Doc;
    changed.title = "Welcome";
    changed.nodes = [
      { ...changed.nodes[1], for: "2d" },
      changed.nodes[0] as Record<string, string>,
      { id: "bye", type: "end" },
    ];
    const text = writeYaml(TEXT, changed);
    expect(readYaml(text).document).toEqual(changed);
    for (const comment of [
      "# The welcome journey",
      "# never change",
      "# The first mail",
      "# warm",
      "# a day",
    ]) {
      expect(text).toContain(comment);
    }
    expect(text).toContain("{id: first, type: email, template: hello, next: hold}");
  });
});

describe("merging", () => {
  const nodes = (...items: Doc[]): Doc => ({ nodes: items });
  const base = nodes({ id: "a", for: "1d" }, { id: "b" });

  it("takes what only one changed, with the order of mine", () => {
    const mine = nodes({ id: "a", for: "2d" }, { id: "m" }, { id: "b" });
    const theirs = nodes({ id: "a", for: "1d" }, { id: "b", x: 1 }, { id: "t" });
    const { value, conflicts } = merge(base, mine, theirs);
    expect(conflicts).toEqual([]);
    expect(value).toEqual(nodes({ id: "a", for: "2d" }, { id: "m" }, { id: "b", x: 1 }, { id: "t" }));
  });

  it("leaves to somebody what both changed", () => {
    const { value, conflicts } = merge(
      base,
      nodes({ id: "a", for: "2d" }, { id: "b" }),
      nodes({ id: "a", for: "3d" }),
    );
    expect(conflicts.map((one) => one.path)).toEqual(["nodes.a.for"]);
    expect(value).toEqual(nodes({ id: "a", for: "2d" }));
    expect(settle(value, conflicts, () => true)).toEqual(nodes({ id: "a", for: "3d" }));
    expect(settle(value, conflicts, () => false)).toBe(value);
  });

  it("one took out what the other changed: either can be had", () => {
    const gone = merge(base, nodes({ id: "b" }), nodes({ id: "a", for: "9d" }, { id: "b" }));
    expect(gone.value).toEqual(nodes({ id: "b" }));
    expect(settle(gone.value, gone.conflicts, () => true)).toEqual(
      nodes({ id: "b" }, { id: "a", for: "9d" }),
    );
    const kept = merge(base, nodes({ id: "a", for: "9d" }, { id: "b" }), nodes({ id: "b" }));
    expect(settle(kept.value, kept.conflicts, () => true)).toEqual(nodes({ id: "b" }));
  });
});

describe("an open document", () => {
  const draft = {
    kind: "journey",
    id: "welcome",
    etag: "1",
    yaml: TEXT,
    document: JOURNEY,
    problems: [],
  } as unknown as Draft;

  it("is dirty until it says again what was saved", () => {
    const editor = createEditor(draft);
    expect(isDirty(editor.getState())).toBe(false);
    editor.getState().edit((document) => ({ ...document, title: "x" }));
    expect(isDirty(editor.getState())).toBe(true);
    editor.getState().undo();
    expect(isDirty(editor.getState())).toBe(false);
    editor.getState().redo();
    editor.getState().take({ ...draft, etag: "2", document: { ...JOURNEY, title: "x" } });
    expect(isDirty(editor.getState())).toBe(false);
    editor.getState().undo();
    expect(documentOf(editor.getState())).toEqual(JOURNEY);
    expect(isDirty(editor.getState())).toBe(true);
  });

  it("keeps YAML that cannot be read, and says so", () => {
    const editor = createEditor(draft);
    editor.getState().type("nodes: [", null, "unfinished");
    expect(isDirty(editor.getState())).toBe(true);
    expect(documentOf(editor.getState())).toBe(JOURNEY);
    editor.getState().type("kind: journey\nid: welcome", { kind: "journey", id: "welcome" }, null);
    expect(documentOf(editor.getState())).toEqual({ kind: "journey", id: "welcome" });
  });
});
