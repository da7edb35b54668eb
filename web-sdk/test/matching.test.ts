import { describe, expect, it } from "vitest";

import { first, isShownBy } from "../src/matching.js";
import type { Properties, Wanted } from "../src/types.js";
import { message } from "./page.js";

const shown = (where: Record<string, Wanted> | undefined, properties: Properties, event = "Cart Viewed"): boolean =>
  isShownBy(message("1", { on: { event: "Cart Viewed", ...(where ? { where } : {}) } }), event, properties);

describe("an event shows a message", () => {
  it.each<[string, Record<string, Wanted> | undefined, Properties, boolean]>([
    ["by its name alone", undefined, {}, true],
    ["when a value is the wanted one", { currency: "EUR" }, { currency: "EUR" }, true],
    ["not when it is another", { currency: "EUR" }, { currency: "KRW" }, false],
    ["not when it is not there", { currency: "EUR" }, {}, false],
    ["not when it only looks alike", { n: 1 }, { n: "1" }, false],
    ["when it is one of several", { currency: ["EUR", "KRW"] }, { currency: "KRW" }, true],
    ["not when it is none of them", { currency: ["EUR", "KRW"] }, { currency: "USD" }, false],
    ["when a number is within bounds", { total: { at_least: 100, at_most: 200 } }, { total: 100 }, true],
    ["at the other end, too", { total: { at_least: 100, at_most: 200 } }, { total: 200 }, true],
    ["not below", { total: { at_least: 100 } }, { total: 99.9 }, false],
    ["not above", { total: { at_most: 100 } }, { total: 100.1 }, false],
    ["not when it is no number", { total: { at_least: 1 } }, { total: "100" }, false],
    ["not when one of two does not fit", { a: true, b: 2 }, { a: true, b: 3 }, false],
    ["when both fit", { a: true, b: 2 }, { a: true, b: 2 }, true],
  ])("%s", (_, where, properties, expected) => {
    expect(shown(where, properties)).toBe(expected);
  });

  it("not by another event, and not without one", () => {
    expect(shown(undefined, {}, "Cart Emptied")).toBe(false);
    expect(isShownBy(message("1"), "Cart Viewed", {})).toBe(false);
  });
});

describe("of several messages", () => {
  it("the more important comes first, then the older", () => {
    const all = [message("10"), message("9"), message("2", { priority: "low" }), message("11", { priority: "high" })];
    expect(first(all)?.id).toBe("11");
    expect(first(all.slice(0, 3))?.id).toBe("9");
    expect(first([])).toBeUndefined();
  });
});
