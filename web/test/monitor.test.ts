import { describe, expect, it } from "vitest";
import type { Monitor } from "../src/api/types";
import { joined } from "../src/monitor/monitor";

const answer = (...at: string[]): Monitor => ({
  now: "",
  speed: 1,
  running: true,
  appended: 0,
  processed: 0,
  lag_s: 0,
  every_s: 5,
  channels: [],
  troubles: [],
  series: { at, levels: { inside: at.map(Number) }, rates: { sent: at.map(() => 1) } },
});

describe("samples of the monitor", () => {
  it("stand behind those that are known, each once", () => {
    const both = joined(answer("1", "2"), answer("2", "3"));
    expect(both.series).toEqual({
      at: ["1", "2", "3"],
      levels: { inside: [1, 2, 3] },
      rates: { sent: [1, 1, 1] },
    });
  });

  it("are those of one hour", () => {
    const many = Array.from({ length: 1000 }, (_, index) => String(index + 1000));
    const { at, levels } = joined(answer("0"), answer(...many)).series;
    expect([at.length, levels.inside?.length, at[0]]).toEqual([720, 720, "1280"]);
  });
});
