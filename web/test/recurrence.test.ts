import { describe, expect, it } from "vitest";
import { readRule, usual, writeRule } from "../src/forms/recurrence";

describe("recurrence rules", () => {
  it.each([
    "FREQ=HOURLY;INTERVAL=6;BYMINUTE=15;BYSECOND=0",
    "FREQ=DAILY;BYHOUR=9;BYMINUTE=0;BYSECOND=0",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;BYHOUR=18;BYMINUTE=30;BYSECOND=0",
    "FREQ=MONTHLY;BYMONTHDAY=-1;BYHOUR=7;BYMINUTE=0;BYSECOND=0",
    "FREQ=MONTHLY;BYDAY=1MO;BYHOUR=7;BYMINUTE=0;BYSECOND=0",
    "FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=7;BYMINUTE=0;BYSECOND=0",
  ])("become fields and the same rule again: %s", (rule) => {
    const read = readRule(rule);
    expect(read && writeRule(read)).toBe(rule);
  });

  it("are read whatever their case and their seconds say", () => {
    expect(readRule("rrule:freq=weekly;byday=mo;byhour=9;byminute=0")).toEqual(usual);
  });

  it.each([
    "FREQ=WEEKLY;BYDAY=MO",
    "FREQ=YEARLY;BYHOUR=9;BYMINUTE=0",
    "FREQ=DAILY;COUNT=3;BYHOUR=9;BYMINUTE=0",
    "FREQ=WEEKLY;BYDAY=1MO;BYHOUR=9;BYMINUTE=0",
    "FREQ=DAILY;BYHOUR=9,17;BYMINUTE=0",
    "FREQ=MONTHLY;BYDAY=MO;BYHOUR=9;BYMINUTE=0",
    "FREQ=HOURLY;BYHOUR=9;BYMINUTE=0",
    "FREQ=DAILY;INTERVAL=0;BYHOUR=9;BYMINUTE=0",
    "",
    "nonsense",
  ])("that say more, or leave something open, stay text: %s", (rule) => {
    expect(readRule(rule)).toBeNull();
  });
});
