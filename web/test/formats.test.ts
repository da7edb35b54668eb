import { describe, expect, it } from "vitest";
import { durationWords, formatDuration, parseDuration } from "../src/i18n/duration";
import { ago, instant, keepZone, number, short, withInstants } from "../src/i18n/format";
import { speak, startLanguages } from "../src/i18n";
import { fromLocal, toLocal } from "../src/i18n/local";

describe("durations", () => {
  it.each(["45s", "15m", "1d12h", "2w"])("%s is written as it was read", (text) => {
    expect(formatDuration(parseDuration(text) ?? [])).toBe(text);
  });
  it("in words", () => {
    expect(durationWords("1d12h", "en")).toBe("1 day 12 hours");
    expect(durationWords("3d", "ko")).toBe("3일");
    expect(durationWords("PT5M", "en")).toBe("PT5M");
    expect(parseDuration("5")).toBeNull();
  });
});

describe("wall clocks", () => {
  it("go to instants and back, across a change of the clock", () => {
    expect(fromLocal("2026-03-08T01:30", "America/New_York")).toBe("2026-03-08T06:30:00Z");
    expect(fromLocal("2026-03-08T03:30", "America/New_York")).toBe("2026-03-08T07:30:00Z");
    expect(toLocal("2026-03-01T00:00:00Z", "Asia/Seoul")).toBe("2026-03-01T09:00");
    expect(fromLocal("2026-03-01T09:00", "Asia/Seoul")).toBe("2026-03-01T00:00:00Z");
    expect(toLocal("soon", "UTC")).toBeNull();
  });
});

it("numbers and instants follow the language and the zone", async () => {
  await startLanguages();
  keepZone("Asia/Seoul");
  expect(number(1234567)).toBe("1,234,567");
  expect(short(1234567)).toBe("1.2M");
  expect(instant("2026-03-01T00:00:00Z")).toMatch(/Mar 1, 2026.*9:00\sAM/);
  expect(ago("2026-03-01T00:00:00Z", Date.parse("2026-03-01T02:00:00Z"))).toMatch(/2 hr. ago/);
  await speak("ko");
  expect(short(1234567)).toBe("123.5만");
  expect(instant("2026-03-01T00:00:00Z")).toMatch(/(오전|AM) 9:00/);
  keepZone("Not/AZone");
  await speak("en");
});

it("instants in what the server tells are by the reader's clock", async () => {
  await startLanguages();
  keepZone("Asia/Seoul");
  expect(withInstants("waits until 2026-03-02 09:00 UTC, and then")).toMatch(
    /^waits until Mar 2, 2026, 6:00\sPM, and then$/,
  );
  expect(withInstants("came at 2026-03-02T23:30:05.250Z.")).toMatch(/^came at Mar 3, 2026, 8:30:05\sAM\.$/);
  expect(withInstants("2026-03-02 is a day, 09:00 in Seoul a clock")).toBe(
    "2026-03-02 is a day, 09:00 in Seoul a clock",
  );
  keepZone("Not/AZone");
});
