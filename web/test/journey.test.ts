import { describe, expect, it } from "vitest";
import { addStep, connect, removeSteps, renameStep } from "../src/canvas/edits";
import { journeyNotation } from "../src/canvas/journeyNotation";
import { freshId } from "../src/canvas/steps";
import { copied, paste, readSteps } from "../src/canvas/clipboard";
import { ENTRY, graphOf, linkId, reaches, type Link } from "../src/canvas/graph";
import { inExpression } from "../src/canvas/renaming";
import { placed } from "../src/canvas/problems";
import { stepsOf, type Doc, type Step } from "../src/model";
import { JOURNEY, TYPES } from "./fixtures";

const graph = graphOf(JOURNEY, TYPES);
const link = (doc: Doc, source: string, path: string): Link => {
  const found = graphOf(doc, TYPES).links.find((one) => one.id === `${source}:${path}`);
  if (!found) throw new Error(`no link ${source}:${path}`);
  return found;
};
const spot = (doc: Doc, source: string, path: string) => ({
  from: source,
  exit: link(doc, source, path).exit,
});
const step = (doc: Doc, id: string): Step => stepsOf(doc).find((one) => one.id === id) as Step;
const ids = (doc: Doc): string[] => stepsOf(doc).map((one) => one.id);

describe("the graph of a journey", () => {
  it("has a link for each way out, and an open end where nothing follows", () => {
    expect(graph.links.map((one) => `${one.id}→${one.target}`)).toEqual([
      "@entry:start→first",
      "first:next→opened",
      "opened:next→choice",
      "opened:on_timeout→late",
      "late:next→choice",
      "choice:paths[0].next→thanks",
      "choice:paths[1].next→@end:choice:paths[1].next",
      "choice:otherwise→bye",
      "thanks:next→@end:thanks:next",
    ]);
    expect(graph.links.map((one) => one.exit?.outcome)).toContain("vip");
    expect(linkId("choice", null)).toBe("choice:start");
  });

  it("leaves the document alone", () => {
    const before = structuredClone(JOURNEY);
    graphOf(JOURNEY, TYPES);
    expect(JOURNEY).toEqual(before);
  });

  it("has one open end, at the entry, when the journey is empty", () => {
    const empty = graphOf({ kind: "journey", id: "x", entry: {} }, TYPES);
    expect(empty.links.map((one) => one.id)).toEqual(["@entry:start"]);
  });

  it("knows what comes behind what", () => {
    expect(reaches(graph, "first", "bye")).toBe(true);
    expect(reaches(graph, "bye", "first")).toBe(false);
  });
});

describe("edits", () => {
  it("taken back by their opposite give the same document", () => {
    const cut = connect(JOURNEY, spot(JOURNEY, "first", "next"), null);
    expect(step(cut, "first")).not.toHaveProperty("next");
    expect(connect(cut, { from: "first", exit: link(cut, "first", "next").exit }, "opened")).toEqual(JOURNEY);
    const grown = addStep(JOURNEY, TYPES, { id: "pause", type: "wait" }, spot(JOURNEY, "first", "next"));
    expect(ids(grown).slice(0, 3)).toEqual(["first", "pause", "opened"]);
    expect(step(grown, "pause").next).toBe("opened");
    expect(removeSteps(grown, TYPES, ["pause"])).toEqual(JOURNEY);
  });

  it("keep what they do not concern as the same objects", () => {
    const grown = addStep(JOURNEY, TYPES, { id: "pause", type: "wait" }, spot(JOURNEY, "first", "next"));
    expect(step(grown, "choice")).toBe(step(JOURNEY, "choice"));
    expect((grown.nodes as unknown[]).at(-1)).toBe((JOURNEY.nodes as unknown[]).at(-1));
  });

  it("put a step before the first one, behind a named path, and make another the first", () => {
    const before = addStep(JOURNEY, TYPES, { id: "hold", type: "wait" }, { from: ENTRY, exit: null });
    expect([ids(before)[0], step(before, "hold").next]).toEqual(["hold", "first"]);
    const behind = addStep(
      JOURNEY,
      TYPES,
      { id: "hold", type: "wait" },
      spot(JOURNEY, "choice", "paths[0].next"),
    );
    expect(link(behind, "choice", "paths[0].next").target).toBe("hold");
    expect(link(behind, "hold", "next").target).toBe("thanks");
    expect(ids(connect(JOURNEY, { from: ENTRY, exit: null }, "late"))[0]).toBe("late");
  });

  it("removing a step joins what was around it only where that is clear", () => {
    expect(step(removeSteps(JOURNEY, TYPES, ["late"]), "opened").on_timeout).toBe("choice");
    expect(step(removeSteps(JOURNEY, TYPES, ["choice"]), "opened")).not.toHaveProperty("next");
    expect(ids(removeSteps(JOURNEY, TYPES, ["first"]))[0]).toBe("opened");
  });

  it("renaming reaches fields and expressions, and back again", () => {
    const there = renameStep(JOURNEY, TYPES, "first", "hello-mail");
    expect(step(there, "opened").to).toBe("hello-mail");
    expect((step(there, "choice").paths as { when: string }[])[0]?.when).toBe(
      `"hello-mail".x > 1 and name = 'first.x'`,
    );
    expect(step(renameStep(JOURNEY, TYPES, "choice", "fork"), "late").next).toBe("fork");
    const back = renameStep(renameStep(JOURNEY, TYPES, "first", "one"), TYPES, "one", "first");
    expect(back).toEqual(JOURNEY);
  });

  it("names are changed only where they stand alone", () => {
    expect(inExpression('a.b + aa.b + x.a.b + "a".c', "a", "z")).toBe("z.b + aa.b + x.a.b + z.c");
  });
});

describe("the clipboard", () => {
  it("keeps links inside, cuts others, and gives free ids", () => {
    const text = copied(JOURNEY, ["first", "opened"]);
    const { doc, ids: made } = paste(JOURNEY, TYPES, readSteps(text) ?? [], null, journeyNotation);
    expect(made).toEqual(["first_2", "opened_2"]);
    expect(step(doc, "opened_2")).toEqual({
      id: "opened_2",
      type: "reaction",
      to: "first_2",
      kind: "opened",
      timeout: "1d",
    });
    expect(step(doc, "first_2").next).toBe("opened_2");
    expect(step(doc, "first")).toBe(step(JOURNEY, "first"));
  });

  it("goes into a link", () => {
    const at = spot(JOURNEY, "first", "next");
    const { doc } = paste(JOURNEY, TYPES, [{ id: "w", type: "wait" }], at, journeyNotation);
    expect([step(doc, "first").next, step(doc, "w").next]).toEqual(["w", "opened"]);
  });

  it("takes nothing that is not steps", () => {
    expect([readSteps("hello"), readSteps("{}"), readSteps("[1]")]).toEqual([null, null, null]);
  });

  it("gives free ids", () => {
    expect(freshId(JOURNEY, "first")).toBe("first_2");
    expect(freshId(JOURNEY, "new")).toBe("new");
  });
});

it("a problem finds its step", () => {
  const problem = {
    code: "X",
    message: "",
    severity: "error" as const,
    column: null,
    document: null,
    file: null,
    hint: null,
    line: null,
    span: null,
  };
  const found = placed(
    [
      { ...problem, path: "nodes[3].paths[0].when" },
      { ...problem, path: "entry.event" },
    ],
    JOURNEY,
  );
  expect(found.map((one) => [one.step, one.field])).toEqual([
    ["choice", "paths[0].when"],
    [null, "entry.event"],
  ]);
});
