import { describe, expect, it } from "vitest";
import type { NodeType } from "../src/api/types";
import type { Doc } from "../src/model";
import { feedbackChoices } from "../src/testing/feedback";
import { entryEvent, exampleItem, readItems } from "../src/testing/items";

const NAMES: Record<string, string> = { signed_up: "Signed Up" };
const incoming = (id: string): string => NAMES[id] ?? id;
const journey: Doc = {
  kind: "journey",
  id: "welcome",
  entry: { type: "event", event: "signed_up" },
  nodes: [],
};
const triggered = (trigger: Doc): Doc => ({ kind: "triggered", id: "thanks", trigger: [trigger] });

describe("items of a test", () => {
  it.each([
    [journey, "signed_up"],
    [triggered({ event: "signed_up" }), "signed_up"],
    [triggered({ session: "start" }), ""],
    [{ kind: "triggered", id: "new" }, ""],
  ])("begin with the event that sets the document off", (document, event) => {
    expect(entryEvent(document)).toBe(event);
  });
  it.each([
    [journey, { type: "track", userId: "ann", event: "Signed Up", properties: {} }],
    [triggered({ event: "signed_up" }), { type: "track", userId: "ann", event: "Signed Up", properties: {} }],
    [
      triggered({ attribute: "plan", to: "gold" }),
      { type: "identify", userId: "ann", traits: { plan: "gold" } },
    ],
    [triggered({ session: "start" }), { type: "session", userId: "ann" }],
    [triggered({ api: true }), { type: "trigger", id: "thanks", userId: "ann", properties: {} }],
    [triggered({ in: "gold" }), { type: "track", userId: "ann", event: "", properties: {} }],
  ])("are written for whatever sets it off", (document, item) => {
    expect(exampleItem(document, "ann", incoming)).toEqual(item);
  });
  it("are one or a list", () => {
    expect(readItems('{"type": "session"}')).toEqual([{ type: "session" }]);
    expect(readItems('[{"type": "session"}]')).toHaveLength(1);
    expect(readItems("session")).toBeNull();
    expect(readItems("3")).toBeNull();
  });
});

describe("reactions", () => {
  const types = new Map([
    ["email", { traits: { sends: true } }],
    ["wait", { traits: {} }],
  ]) as unknown as Map<string, NodeType>;
  it("are about steps that send, or about a document that sends by itself", () => {
    const nodes = [
      { id: "hello", type: "email" },
      { id: "later", type: "wait" },
    ];
    const values = feedbackChoices({ ...journey, nodes }, types).map(({ value }) => value);
    expect(values).toContain("welcome/hello|clicked");
    expect(values.some((value) => value.includes("later"))).toBe(false);
    expect(feedbackChoices(triggered({ event: "signed_up" }), new Map())[0]?.value).toBe("thanks|delivered");
  });
});
