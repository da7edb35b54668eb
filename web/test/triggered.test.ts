import { describe, expect, it } from "vitest";
import type { Schema, TimeLineAnswer } from "../src/api/types";
import type { Doc } from "../src/model";
import { startLanguages } from "../src/i18n";
import { chosenOf, type Alternative } from "../src/triggered/Alternatives";
import { begun } from "../src/triggered/Happenings";
import { ending, exampleWords, later } from "../src/triggered/lineWords";
import { closedParts, scaleOf, ticksOf } from "../src/triggered/scale";
import { evened } from "../src/triggered/shares";
import { stepAt } from "../src/triggered/steps";
import { summaryOf } from "../src/triggered/summaries";
import { timedPart } from "../src/triggered/timed";

await startLanguages();

type Example = TimeLineAnswer["examples"][number];
const example = (at: string, more: Partial<Example> = {}): Example => ({
  name: "now",
  at,
  leaves: [],
  refused: [],
  due_at: null,
  excepted: [],
  ...more,
});
const leaves = (at: string): Example["leaves"] => [{ at, channel: "email", template: "x", variant: null }];
const line = (examples: Example[], more: Partial<TimeLineAnswer> = {}): TimeLineAnswer => ({
  timezone: "Asia/Seoul",
  open: null,
  during: null,
  examples,
  ...more,
});

describe("the scale of the time line", () => {
  const found = line([
    example("2026-03-01T00:00:00Z", { leaves: leaves("2026-03-02T00:00:00Z") }),
    example("2026-03-01T12:00:00Z", { due_at: "2026-03-02T12:00:00Z" }),
  ]);
  const scale = scaleOf(found);

  it("has room for everything, and a margin", () => {
    expect(scale.at("2026-03-01T00:00:00Z")).toBeCloseTo(0.05 / 1.1);
    expect(scale.at("2026-03-02T12:00:00Z")).toBeCloseTo(1.05 / 1.1);
    expect([scale.at("2020-01-01T00:00:00Z"), scale.at("2030-01-01T00:00:00Z")]).toEqual([0, 1]);
  });

  it("has marks at round times of the zone's clock, no more than there is room for", () => {
    const ticks = ticksOf(scale, "Asia/Seoul", 7);
    expect(ticks.map((tick) => new Date(tick.at).toISOString())).toEqual([
      "2026-03-01T03:00:00.000Z",
      "2026-03-01T09:00:00.000Z",
      "2026-03-01T15:00:00.000Z",
      "2026-03-01T21:00:00.000Z",
      "2026-03-02T03:00:00.000Z",
      "2026-03-02T09:00:00.000Z",
    ]);
    expect(ticks.filter((tick) => tick.isDay)).toHaveLength(1);
  });

  it("keeps to the clock over a change of it", () => {
    const change = line([example("2026-03-28T12:00:00Z", { leaves: leaves("2026-03-30T12:00:00Z") })]);
    const days = ticksOf(scaleOf(change), "Europe/Berlin", 3).map((tick) => new Date(tick.at).toISOString());
    expect(days).toEqual(["2026-03-28T23:00:00.000Z", "2026-03-29T22:00:00.000Z"]);
  });

  it("knows between which openings nothing leaves", () => {
    const open = [
      { from: "2026-02-28T00:00:00Z", until: "2026-02-28T08:00:00Z" },
      { from: "2026-03-01T06:00:00Z", until: "2026-03-01T18:00:00Z" },
    ];
    const parts = closedParts(scale, open);
    expect(parts).toHaveLength(2);
    expect(parts[0]?.[1]).toBe(scale.at("2026-03-01T06:00:00Z"));
    expect(parts[1]).toEqual([scale.at("2026-03-01T18:00:00Z"), 1]);
    expect(closedParts(scale, null)).toEqual([]);
  });
});

describe("what is said of an example", () => {
  it("is when it leaves, or why not", () => {
    const at = "2026-03-02T09:00:00Z";
    const sent = example(at, { leaves: leaves("2026-03-03T10:30:00Z") });
    expect(ending(sent)).toEqual({ kind: "leaves", at: "2026-03-03T10:30:00Z" });
    expect(exampleWords(sent, "UTC")).toEqual({
      name: "Now",
      trigger: "Mon, Mar 2, 09:00",
      result: "Leaves Tue, Mar 3, 10:30, 1 day 1 hr later",
    });
    const refused = example(at, {
      refused: [{ at, reason: "outside_window", detail: null, channel: null }],
      due_at: "2026-03-02T20:00:00Z",
    });
    expect(ending(refused)).toEqual({ kind: "refused", at: "2026-03-02T20:00:00Z" });
    expect(exampleWords(refused, "UTC").result).toBe(
      "Does not leave (Mon, Mar 2, 20:00): Outside the window",
    );
    expect(exampleWords(example(at), "UTC").result).toBe("Does not leave within a year");
    expect(exampleWords(example(at, { leaves: leaves(at) }), "UTC").result).toBe("Leaves at once");
  });

  it("rounds to two units", () => {
    expect([later(90_000), later(3_600_000), later(90_061_000)]).toEqual(["2 min", "1 hr", "1 day 1 hr"]);
  });
});

describe("the steps", () => {
  it("have the problems of their fields", () => {
    expect(["trigger[0].event", "unless", "messages[0].template", "", "kind"].map(stepAt)).toEqual([
      "trigger",
      "exceptions",
      "message",
      "message",
      "name",
    ]);
  });

  it("say what they say so far", () => {
    const doc: Doc = {
      id: "cart",
      trigger: [{ event: "cart_abandoned" }, { api: true }],
      delay: { days: 2, at: "09:00" },
      window: { from: "09:00", until: "17:00" },
      reeligible: { after: "7d" },
      messages: [{ channel: "email", template: "cart" }],
      control: 10,
    };
    const said = (["trigger", "delay", "exceptions", "window", "again", "message"] as const).map((step) =>
      summaryOf(step, doc),
    );
    expect(said).toEqual([
      "cart_abandoned or A call of the API",
      "2 days later at 09:00",
      "None",
      "09:00 – 17:00",
      "After 7 days",
      "E-mail: cart · 10 % control",
    ]);
  });
});

it("shares are even, and their sum is 100", () => {
  const [first, ...others] = evened([{ name: "a", messages: [] }, { name: "b", share: 80 }, {}]);
  expect(first).toEqual({ name: "a", share: 34, messages: [] });
  expect(others.map((one) => one.share)).toEqual([33, 33]);
});

it("an alternative is found by what the field says", () => {
  const schema: Schema = { type: "object", properties: { for: {} }, required: ["for"] };
  const options: Alternative[] = [
    { id: "none", label: "", begin: undefined, schema: null },
    { id: "always", label: "", begin: "always", schema: null },
    { id: "for", label: "", begin: { for: "1h" }, schema },
  ];
  expect([undefined, "always", { for: "3d" }].map((value) => chosenOf(options, value)?.id)).toEqual([
    "none",
    "always",
    "for",
  ]);
});

it("a happening begins with what tells it from the others", () => {
  const schema: Schema = {
    type: "object",
    properties: { geofence: { type: "string" }, on: { enum: ["enter", "exit"] } },
    required: ["geofence", "on"],
  };
  expect(begun(schema)).toEqual({ geofence: "", on: "enter" });
  expect(begun({ properties: { api: { const: true } }, required: ["api"] })).toEqual({ api: true });
});

it("names and goals move nothing on the time line", () => {
  expect(timedPart({ kind: "triggered", title: "x", conversions: [], delay: { for: "1h" } })).toEqual({
    kind: "triggered",
    delay: { for: "1h" },
  });
});
