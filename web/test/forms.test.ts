import { describe, expect, it } from "vitest";
import type { Schema } from "../src/api/types";
import {
  asValue,
  readComparison,
  starterComparison,
  withOperator,
  writeComparison,
} from "../src/forms/comparison";
import { countMap, countOf, formOfCondition, grouped } from "../src/forms/conditions";
import { begunOf, fieldsOf, formOf, formsOf, markOf, present, starterOf } from "../src/forms/schema";
import type { Json } from "../src/model";
import { slug, freeId } from "../src/documents/ids";

const ROOT: Schema = {
  type: "object",
  required: ["entry", "kind", "mode"],
  properties: {
    kind: { const: "journey" },
    entry: { oneOf: [{ $ref: "#/$defs/EventEntry" }, { $ref: "#/$defs/ApiEntry" }] },
    mode: { enum: ["a", "b"] },
    zone: {
      anyOf: [{ type: "string", "x-editor": "timezone" }, { type: "null" }],
      default: null,
      title: "Zone",
    },
    schedule: { oneOf: [{ $ref: "#/$defs/Once" }, { enum: ["asap"], type: "string" }], default: "asap" },
    paths: { type: "array", minItems: 2, items: { $ref: "#/$defs/Once" } },
  },
  $defs: {
    EventEntry: {
      type: "object",
      properties: { type: { const: "event" }, event: { type: "string", "x-editor": "document" } },
      required: ["type", "event"],
    },
    ApiEntry: { type: "object", properties: { type: { const: "api" } }, required: ["type"] },
    Once: {
      type: "object",
      properties: { once: { type: "string", "x-editor": "instant" } },
      required: ["once"],
    },
  },
};

describe("schemas", () => {
  it("say which fields there are, without null and references", () => {
    const fields = fieldsOf(ROOT, ROOT);
    expect(fields.find((field) => field.name === "zone")).toEqual({
      name: "zone",
      isRequired: false,
      schema: { type: "string", "x-editor": "timezone", default: null, title: "Zone" },
    });
  });

  it("tell the form of a value", () => {
    const entries = formsOf(present(ROOT.properties?.entry ?? {}, ROOT), ROOT);
    expect(formOf({ type: "api" }, entries)).toBe(1);
    expect(formOf({ type: "odd" }, entries)).toBe(-1);
    const schedules = formsOf(present(ROOT.properties?.schedule ?? {}, ROOT), ROOT);
    expect([formOf("asap", schedules), formOf({ once: "x" }, schedules), formOf("x", schedules)]).toEqual([
      1, 0, -1,
    ]);
    expect(markOf(schedules[0] ?? {})).toEqual({ field: "once", value: undefined });
  });

  it("give a start without guessing what must be chosen", () => {
    expect(starterOf(ROOT, ROOT)).toEqual({ kind: "journey", entry: { type: "event" } });
    expect(starterOf(ROOT.properties?.paths ?? {}, ROOT)).toEqual([{}, {}]);
  });
});

describe("comparisons", () => {
  it.each([
    "profile.city = 'Seoul'",
    "profile.name <> 'O''Hara'",
    "event.amount >= -1.5",
    "profile.vip = true",
    "profile.city in ('Seoul', 'Busan')",
    "entry.n not in (1, 2)",
    "profile.email is null",
    "profile.email is not null",
    "amount = 1",
    "contains(profile.city, 'eou')",
    "not contains(profile.city, 'eou')",
    "ends_with(event.name, '''s')",
    "list_contains(profile.tags, 'vip')",
    "profile.seen >= now() - interval 30 DAY",
    "profile.seen < now() - interval 2 WEEK",
  ])("%s is written as it was read", (text) => {
    const found = readComparison(text);
    expect(found && writeComparison(found)).toBe(text);
  });

  it.each([
    "profile.a = profile.b",
    "len(profile.a) > 1",
    "profile.a = 1 and profile.b = 2",
    "now() > x",
    "a + 1 = 1",
    "",
  ])("%s is an expression", (text) => expect(readComparison(text)).toBeNull());

  it("may be about a column, whose name stands alone", () => {
    const found = readComparison("rentals >= 30");
    expect(found).toEqual({ subject: "rentals", operator: ">=", values: [30] });
    expect(found && writeComparison(found)).toBe("rentals >= 30");
  });

  it("begin with what fits the type, and keep values that still say something", () => {
    expect(writeComparison(starterComparison("profile.age", "integer"))).toBe("profile.age = 0");
    expect(writeComparison(starterComparison("profile.seen", "timestamp"))).toBe(
      "profile.seen >= now() - interval 30 DAY",
    );
    const seoul = { subject: "profile.city", operator: "=" as const, values: ["Seoul"] };
    expect(writeComparison(withOperator(seoul, "in", "string"))).toBe("profile.city in ('Seoul')");
    expect(writeComparison(withOperator(seoul, "is null", "string"))).toBe("profile.city is null");
    expect(writeComparison({ ...seoul, subject: "" })).toBe("");
  });

  it("reads values by type", () => {
    expect([
      asValue("12", "integer"),
      asValue("x", "number"),
      asValue("12", "string"),
      asValue("true", "boolean"),
    ]).toEqual([12, "x", "12", true]);
  });
});

it("conditions have their form by the first field", () => {
  const some: Json[] = ["a = 1", { did: "x", count: { at_least: 2 } }, { all: [] }, { odd: 1 }, true];
  expect(some.map((one) => formOfCondition(one))).toEqual(["expression", "did", "all", null, "expression"]);
  expect(countMap(countOf({ at_most: 3 }))).toEqual({ at_most: 3 });
  expect(countMap(countOf(undefined))).toBeUndefined();
  expect(grouped("a")).toEqual({ all: ["a", ""] });
});

it("ids are made of titles", () => {
  expect(slug("Welcome, new Customer! 2", "journey")).toBe("welcome-new-customer-2");
  expect(slug("환영 메일", "journey")).toBe("journey");
  expect(slug("2 Cafés", "x")).toBe("cafes");
  expect(freeId("a", new Set(["a", "a-2"]))).toBe("a-3");
});

describe("a form that somebody chose", () => {
  const instant = { type: "string", "x-editor": "instant" } as Schema;
  const once: Schema = { type: "object", properties: { once: instant }, required: ["once"] };
  it("has the field that tells it apart, so that it is shown", () => {
    const begun = begunOf(once, once);
    expect(formOf(begun, [once])).toBe(0);
    expect(Date.parse((begun as { once: string }).once)).toBeGreaterThan(Date.now());
  });
  it("keeps what it begins with", () => {
    const form: Schema = {
      type: "object",
      properties: { type: { const: "event" }, event: instant },
      required: ["type", "event"],
    };
    expect(begunOf(form, form)).toEqual({ type: "event" });
  });
});
