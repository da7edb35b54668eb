import { describe, expect, it } from "vitest";
import type { NodeType } from "../src/api/types";
import { ENTRY } from "../src/canvas/graph";
import { copied, paste, readSteps } from "../src/canvas/clipboard";
import { layOut } from "../src/canvas/layout";
import { changeStep, type Spot } from "../src/canvas/steps";
import { countedPart } from "../src/campaigns/counting";
import { campaignGraph } from "../src/campaigns/graph";
import { campaignNotation as by } from "../src/campaigns/notation";
import { declaredBy, parametersOf } from "../src/campaigns/parameters";
import { followersOf, takersOf, transitionsFor } from "../src/campaigns/offers";
import { stepsOf, type Doc, type Step } from "../src/model";

const transition = { type: "string", "x-editor": "transition" };
const type = (
  name: string,
  inlets: NodeType["inlets"],
  outlets: NodeType["outlets"],
  properties: object = {},
): NodeType => ({
  type: name,
  category: "flow",
  title: name,
  summary: "",
  guide: "",
  traits: {},
  schema: { type: "object", properties: { id: { type: "string" }, type: { const: name }, ...properties } },
  outlets,
  inlets,
});
const one = [{ field: "of", many: false }];
const many = [{ field: "of", many: true }];
const rows = { field: null, name: "" };
const of = { of: transition };
const LIST = [
  type("query", [], [rows]),
  type("combine", many, [rows, { field: "complement" }], { of: { type: "array", items: transition } }),
  type("split", one, [{ field: "paths", each: true, target: "id" }, { field: "complement" }], of),
  type("enrich", one, [rows], of),
  type("join", [...many, { field: "primary", many: false }], [rows], {
    of: { type: "array", items: transition },
    primary: transition,
  }),
  type(
    "email",
    one,
    [
      { field: null, name: "sent" },
      { field: null, name: "discarded" },
    ],
    of,
  ),
];
const TYPES = new Map(LIST.map((each) => [each.type, each]));

const CAMPAIGN: Doc = {
  kind: "campaign",
  id: "spring",
  activities: [
    { id: "west", type: "query", entity: "profile" },
    { id: "vip", type: "query", entity: "profile" },
    { id: "both", type: "combine", op: "union", of: ["west", "vip"] },
    { id: "parts", type: "split", of: "both", paths: [{ id: "top" }, { id: "young" }], complement: "rest" },
    { id: "mail", type: "email", of: "parts.top", template: "sale" },
  ],
};
const step = (doc: Doc, id: string): Step => stepsOf(doc).find((each) => each.id === id) as Step;
const ids = (doc: Doc): string[] => stepsOf(doc).map((each) => each.id);
const ofOf = (doc: Doc, id: string): unknown => step(doc, id).of;
function spot(doc: Doc, source: string, outcome: string, to?: string): Spot {
  const found = campaignGraph(doc, TYPES).links.find(
    (link) => link.source === source && link.exit?.outcome === outcome,
  );
  if (!found) throw new Error(`nothing leads from ${outcome}`);
  return { from: source, exit: found.exit, ...(to === undefined ? {} : { to }) };
}

describe("the graph of a campaign", () => {
  const graph = campaignGraph(CAMPAIGN, TYPES);

  it("leads from the schedule to what begins, along transitions, to open ends", () => {
    expect(graph.links.map((link) => `${link.source}-${link.exit?.outcome ?? ""}→${link.target}`)).toEqual([
      "@entry-→west",
      "@entry-→vip",
      "west-west→both",
      "vip-vip→both",
      "both-both→parts",
      "parts-parts.top→mail",
      "@entry-→@end:@entry:start",
      "parts-parts.young→@end:parts:paths[1].id",
      "parts-parts.rest→@end:parts:complement",
      "mail-mail.sent→@end:mail:.sent",
      "mail-mail.discarded→@end:mail:.discarded",
    ]);
    expect(new Set(graph.links.map((link) => link.id)).size).toBe(graph.links.length);
  });

  it("has one link for each that takes the same rows in, out of one outlet", async () => {
    const forked = by.add(CAMPAIGN, TYPES, { id: "more", type: "enrich" }, spot(CAMPAIGN, "both", "both"));
    const { slots } = await layOut(campaignGraph(forked, TYPES));
    expect(followersOf(forked, TYPES, "both")).toEqual(["more", "parts"]);
    expect(slots.get("both:.")).toBe(0);
    expect(ofOf(forked, "parts")).toBe("both");
  });

  it("leaves out links to nobody and from itself", () => {
    const odd = changeStep(CAMPAIGN, "mail", (mail) => ({ ...mail, of: "parts.none" }));
    expect(campaignGraph(odd, TYPES, false).links.some((link) => link.target === "mail")).toBe(false);
  });
});

describe("edits of a campaign", () => {
  it("put an activity between two, and take it out again", () => {
    const grown = by.add(
      CAMPAIGN,
      TYPES,
      { id: "more", type: "enrich" },
      spot(CAMPAIGN, "both", "both", "parts"),
    );
    expect([ofOf(grown, "more"), ofOf(grown, "parts")]).toEqual(["both", "more"]);
    expect(ids(grown).slice(2, 4)).toEqual(["both", "more"]);
    expect(by.remove(grown, TYPES, ["more"])).toEqual(CAMPAIGN);
  });

  it("put what begins behind the others that begin", () => {
    const grown = by.add(CAMPAIGN, TYPES, { id: "new", type: "query" }, { from: ENTRY, exit: null });
    expect(ids(grown).slice(0, 3)).toEqual(["west", "vip", "new"]);
  });

  it("connect to what takes one, to what takes several, and away again", () => {
    const moved = by.connect(CAMPAIGN, TYPES, spot(CAMPAIGN, "parts", "parts.rest"), "mail");
    expect(ofOf(moved, "mail")).toBe("parts.rest");
    const third = by.add(CAMPAIGN, TYPES, { id: "third", type: "query" }, null);
    const joined = by.connect(third, TYPES, spot(third, "third", "third"), "both");
    expect(ofOf(joined, "both")).toEqual(["west", "vip", "third"]);
    expect(by.connect(joined, TYPES, spot(joined, "third", "third", "both"), null)).toEqual(third);
    const away = by.connect(CAMPAIGN, TYPES, spot(CAMPAIGN, "parts", "parts.top", "mail"), null);
    expect(step(away, "mail")).not.toHaveProperty("of");
  });

  it("a circle, a step onto itself and rows into what begins are refused", () => {
    const graph = campaignGraph(CAMPAIGN, TYPES);
    const may = (from: string, outcome: string, target: string): boolean =>
      by.mayConnect(graph, TYPES, spot(CAMPAIGN, from, outcome), target);
    expect(may("parts", "parts.rest", "mail")).toBe(true);
    expect([
      may("parts", "parts.rest", "both"),
      may("parts", "parts.rest", "parts"),
      may("parts", "parts.rest", "west"),
      by.mayConnect(graph, TYPES, { from: ENTRY, exit: null }, "mail"),
    ]).toEqual([false, false, false, false]);
  });

  it("taking out what has several inputs leaves its followers without", () => {
    const rest = by.remove(CAMPAIGN, TYPES, ["both"]);
    expect(step(rest, "parts")).not.toHaveProperty("of");
    expect(ofOf(by.remove(CAMPAIGN, TYPES, ["vip"]), "both")).toEqual(["west"]);
  });

  it("names are changed wherever rows are taken in", () => {
    const there = by.rename(CAMPAIGN, TYPES, "parts", "groups");
    expect(ofOf(there, "mail")).toBe("groups.top");
    expect(by.rename(there, TYPES, "groups", "parts")).toEqual(CAMPAIGN);
    const join = { id: "wait", type: "join", of: ["west", "vip"], primary: "west" };
    const doc = { ...CAMPAIGN, activities: [...(CAMPAIGN.activities as Step[]), join] };
    const renamed = step(by.rename(doc, TYPES, "west", "east"), "wait");
    expect([renamed.of, renamed.primary]).toEqual([["east", "vip"], "east"]);
  });

  it("an outlet that gets another name letter by letter keeps those who take its rows in", () => {
    const typed = ["t", "", "b", "best"].reduce((doc, name) => {
      const before = step(doc, "parts");
      const after = { ...before, paths: [{ id: name }, { id: "young" }] };
      return by.settle(
        changeStep(doc, "parts", () => after),
        TYPES,
        before,
        after,
      );
    }, CAMPAIGN);
    expect(ofOf(typed, "mail")).toBe("parts.best");
  });

  it("keep what they do not concern as the same objects", () => {
    const renamed = by.rename(CAMPAIGN, TYPES, "parts", "groups");
    expect(step(renamed, "both")).toBe(step(CAMPAIGN, "both"));
  });
});

it("pasted activities keep links among themselves and take the rows of the spot", () => {
  const { doc, ids: made } = paste(
    CAMPAIGN,
    TYPES,
    readSteps(copied(CAMPAIGN, ["parts", "mail"])) ?? [],
    spot(CAMPAIGN, "west", "west"),
    by,
  );
  expect(made).toEqual(["parts_2", "mail_2"]);
  expect([ofOf(doc, "parts_2"), ofOf(doc, "mail_2")]).toEqual(["west", "parts_2.top"]);
});

it("a division begins with a path and the rest", () => {
  const split = TYPES.get("split");
  expect(split && by.begun(split, { id: "parts", type: "split" })).toEqual({
    id: "parts",
    type: "split",
    paths: [{ id: "first" }],
    complement: "rest",
  });
});

describe("what may take in what", () => {
  it("leaves out itself, what comes from it, and what begins", () => {
    expect(transitionsFor(CAMPAIGN, LIST, "parts")).toEqual(["west", "vip", "both"]);
    const graph = campaignGraph(CAMPAIGN, TYPES, false);
    expect(takersOf(CAMPAIGN, graph, TYPES, "parts").map((each) => each.id)).toEqual(["mail"]);
    expect(by.offered(LIST, { from: ENTRY, exit: null }).map((each) => each.type)).toEqual(["query"]);
  });
});

it("a new title counts nothing again", () => {
  expect(countedPart({ ...CAMPAIGN, title: "Spring" })).toBe(countedPart(CAMPAIGN));
  expect(countedPart(by.remove(CAMPAIGN, TYPES, ["mail"]))).not.toBe(countedPart(CAMPAIGN));
});

it("what is written for a signal becomes values of the declared types", () => {
  const declared = declaredBy({
    signal: { parameters: { shop: "integer", season: { type: "string" }, vip: "boolean", left: "number" } },
  });
  const written = { shop: "2", season: "7", vip: "true", left: "", other: "x" };
  expect(parametersOf(declared, written)).toEqual({ shop: 2, season: "7", vip: true });
  expect(declaredBy("asap")).toEqual({});
});
