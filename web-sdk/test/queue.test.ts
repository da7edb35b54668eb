import { describe, expect, it, vi } from "vitest";

import { KEPT_ALIVE } from "../src/http.js";
import { Queue } from "../src/queue.js";
import { names, write } from "../src/storage.js";
import { pass, withServer } from "./page.js";

const server = withServer();
const BATCH = "/v1/batch";
const queue = (): Queue => new Queue("https://s.example", "KEY", () => undefined);
const sent = (): Record<string, unknown>[][] =>
  server.to(BATCH).map(({ body }) => body["batch"] as Record<string, unknown>[]);

describe("events on their way", () => {
  it("leave together, in the order in which they happened, with the key and ids of their own", async () => {
    const waiting = queue();
    for (let n = 0; n < 3; n++) {
      waiting.put({ type: "track", n });
      await pass(1);
    }
    await pass(300);
    expect(sent().map((batch) => batch.map((event) => event["n"]))).toEqual([[0, 1, 2]]);
    expect(server.asked[0]?.body["writeKey"]).toBe("KEY");
    expect(new Set(sent()[0]?.map((event) => event["messageId"])).size).toBe(3);
    expect(names("event.")).toEqual([]);
  });

  it("keep their order within one tick of a coarse clock", async () => {
    const clock = vi.spyOn(performance, "now").mockReturnValue(5);
    const waiting = queue();
    for (let n = 0; n < 20; n++) waiting.put({ n });
    clock.mockRestore();
    await pass(300);
    expect(
      sent()
        .flat()
        .map((event) => event["n"]),
    ).toEqual([...Array(20).keys()]);
  });

  it("go in batches of fifty", async () => {
    const waiting = queue();
    for (let n = 0; n < 120; n++) waiting.put({ n });
    await pass(300);
    expect(sent().map((batch) => batch.length)).toEqual([50, 50, 20]);
  });

  it("go in batches that a page can still hand over when it goes away", async () => {
    const waiting = queue();
    for (let n = 0; n < 50; n++) waiting.put({ n, text: "가".repeat(1_000) });
    await pass(300);
    expect(sent().flat().length).toBe(50);
    for (const { body, keepalive } of server.to(BATCH)) {
      expect(new TextEncoder().encode(JSON.stringify(body)).length).toBeLessThanOrEqual(KEPT_ALIVE);
      expect(keepalive).toBe(true);
    }
  });

  it("are sent even where one is larger than that", async () => {
    queue().put({ text: "x".repeat(KEPT_ALIVE) });
    await pass(300);
    expect(server.to(BATCH).map(({ keepalive }) => keepalive)).toEqual([false]);
    expect(names("event.")).toEqual([]);
  });

  it.each([429, 500, 503, "gone"] as const)("are sent again, later and later, after %s", async (answer) => {
    server.answers[BATCH] = answer;
    queue().put({ n: 1 });
    await pass(300);
    expect(server.to(BATCH).length).toBe(1);
    await pass(1_000);
    expect(server.to(BATCH).length).toBe(2);
    await pass(2_000);
    expect(server.to(BATCH).length).toBe(3);
    const [first, ...others] = sent();
    expect(others.every((batch) => batch[0]?.["messageId"] === first?.[0]?.["messageId"])).toBe(true);
    server.answers[BATCH] = 200;
    await pass(60_000);
    expect(names("event.")).toEqual([]);
    const count = server.to(BATCH).length;
    await pass(600_000);
    expect(server.to(BATCH).length).toBe(count);
  });

  it("never wait longer than a minute", async () => {
    server.answers[BATCH] = "gone";
    queue().put({ n: 1 });
    await pass(3_600_000);
    const before = server.to(BATCH).length;
    await pass(60_000);
    expect(server.to(BATCH).length).toBeGreaterThan(before);
  });

  it.each([400, 401, 413])("are dropped after %s, which sending again would not change", async (answer) => {
    server.answers[BATCH] = answer;
    queue().put({ n: 1 });
    await pass(300);
    expect([server.to(BATCH).length, names("event.").length]).toEqual([1, 0]);
  });

  it("outlive the page, and the oldest go first where there are too many", async () => {
    for (let n = 0; n < 1_009; n++) write(`event.${String(n).padStart(15, "0")}`, { n });
    queue().put({ n: 1_009 });
    await pass(120_000);
    const numbers = sent().flatMap((batch) => batch.map((event) => Number(event["n"])));
    expect([numbers[0], numbers.length, numbers[numbers.length - 1]]).toEqual([10, 1_000, 1_009]);
  });

  it("are handed over when the page goes away, and kept: the next page sends them again", async () => {
    const handed: string[] = [];
    vi.stubGlobal("navigator", { sendBeacon: (_: string, text: string) => handed.push(text) > 0 });
    server.answers[BATCH] = "gone";
    queue().put({ n: 1 });
    dispatchEvent(new Event("pagehide"));
    expect(handed.some((text) => text.includes('"n":1'))).toBe(true);
    expect(names("event.").length).toBe(1);
    await pass(1);
  });

  it("tell whether nothing is left", async () => {
    const waiting = queue();
    waiting.put({ n: 1 });
    server.answers[BATCH] = 503;
    expect(await waiting.flush()).toBe(false);
    server.answers[BATCH] = 200;
    expect(await waiting.flush()).toBe(true);
  });
});
