import { afterEach, describe, expect, it, vi } from "vitest";

import { create, type Options, type Sojourn } from "../src/index.js";
import { message, pass, withServer } from "./page.js";

const server = withServer();
const made = (more: Partial<Options> = {}): Sojourn =>
  create({ writeKey: "KEY", server: "https://s.example/", ...more });
const events = (): Record<string, unknown>[] =>
  server.to("/v1/batch").flatMap(({ body }) => body["batch"] as Record<string, unknown>[]);
const reports = (): string[] =>
  server
    .to("/sdk/v1/reports")
    .flatMap(({ body }) =>
      (body["events"] as { token: string; kind: string }[]).map(({ token, kind }) => `${token} ${kind}`),
    );
const dialogs = (): (string | null)[] =>
  [...document.querySelectorAll("dialog, [role=dialog]")].map((one) => one.getAttribute("aria-label"));

afterEach(() => vi.restoreAllMocks());

describe("who visits", () => {
  it("has one anonymous id in all pages", () => {
    expect(made().identity().anonymousId).toBe(made().identity().anonymousId);
  });

  it("is one person from the identify on", async () => {
    const sojourn = made();
    const { anonymousId } = sojourn.identity();
    sojourn.track("Seen");
    await pass(1);
    sojourn.identify("ann", { email: "ann@example.com" }, "signed");
    await pass(300);
    expect(events().map(({ type, userId, anonymousId: id }) => [type, userId, id])).toEqual([
      ["session", undefined, anonymousId],
      ["track", undefined, anonymousId],
      ["identify", "ann", anonymousId],
    ]);
    expect(sojourn.identity()).toEqual({ anonymousId, userId: "ann", signature: "signed" });
  });

  it("is somebody else after another identify, and after a reset", () => {
    const sojourn = made();
    sojourn.identify("ann");
    const { anonymousId } = sojourn.identity();
    sojourn.identify("bob");
    expect(sojourn.identity().anonymousId).not.toBe(anonymousId);
    sojourn.reset();
    expect(sojourn.identity().userId).toBeUndefined();
  });
});

describe("a session", () => {
  it("goes on while something happens, and begins anew after half an hour without", async () => {
    const sojourn = made();
    const first = sojourn.sessionId();
    await pass(29 * 60_000);
    expect(sojourn.sessionId()).toBe(first);
    await pass(29 * 60_000);
    expect(sojourn.sessionId()).toBe(first);
    await pass(31 * 60_000);
    expect(sojourn.sessionId()).not.toBe(first);
    await pass(300);
    expect(events().map(({ type }) => type)).toEqual(["session", "session"]);
  });

  it("may be shorter", async () => {
    const sojourn = made({ sessionMinutes: 5 });
    const first = sojourn.sessionId();
    await pass(6 * 60_000);
    expect(sojourn.sessionId()).not.toBe(first);
  });
});

describe("in-app messages", () => {
  it("have thirty seconds between them, the important one first, each shown once", async () => {
    const shown: string[] = [];
    const told = [message("1"), message("2", { priority: "high" })];
    server.answers["/sdk/v1/messages"] = { inApp: told, cards: [], now: 0 };
    made({ onMessage: ({ id }) => void shown.push(id), showMessages: false });
    await pass(10);
    expect(shown).toEqual(["2"]);
    await pass(29_000);
    expect(shown).toEqual(["2"]);
    await pass(2_000);
    expect(shown).toEqual(["2", "1"]);
    await pass(600_000);
    expect(shown).toEqual(["2", "1"]);
    expect(reports()).toEqual(["token-2 viewed", "token-1 viewed"]);
  });

  it("have no more than the wanted spacing", async () => {
    const shown: string[] = [];
    server.answers["/sdk/v1/messages"] = { inApp: [message("1"), message("2")], cards: [], now: 0 };
    made({ onMessage: ({ id }) => void shown.push(id), showMessages: false, spacing: 0 });
    await pass(10);
    expect(shown).toEqual(["1", "2"]);
  });

  it("are not shown once they have expired", async () => {
    const soon = message("2", { expiresAt: "2026-11-22T10:00:20Z" });
    server.answers["/sdk/v1/messages"] = { inApp: [message("1"), soon], cards: [], now: 0 };
    const shown: string[] = [];
    made({ onMessage: ({ id }) => void shown.push(id), showMessages: false });
    await pass(40_000);
    expect(shown).toEqual(["1"]);
  });

  it("wait for their event, and for its properties", async () => {
    const waits = message("1", { on: { event: "Cart Viewed", where: { total: { at_least: 100 } } } });
    server.answers["/sdk/v1/messages"] = { inApp: [waits], cards: [], now: 0 };
    const shown: string[] = [];
    const sojourn = made({ onMessage: ({ id }) => void shown.push(id), showMessages: false });
    await pass(10);
    sojourn.track("Cart Viewed", { total: 99 });
    expect(shown).toEqual([]);
    sojourn.track("Cart Viewed", { total: 100 });
    expect(shown).toEqual(["1"]);
  });

  it("are kept for later when the page says so", async () => {
    server.answers["/sdk/v1/messages"] = { inApp: [message("1")], cards: [], now: 0 };
    let busy = true;
    const sojourn = made({ onMessage: () => !busy, showMessages: false });
    await pass(10);
    expect(reports()).toEqual([]);
    busy = false;
    await sojourn.refresh();
    await pass(10);
    expect(reports()).toEqual(["token-1 viewed"]);
  });

  it("are told of until the server has it", async () => {
    server.answers["/sdk/v1/messages"] = { inApp: [message("1")], cards: [], now: 0 };
    server.answers["/sdk/v1/reports"] = 503;
    made({ showMessages: false });
    await pass(10);
    server.answers["/sdk/v1/reports"] = 200;
    server.asked = [];
    dispatchEvent(new Event("online"));
    await pass(10);
    expect(reports()).toContain("token-1 viewed");
  });

  it("of the one before are gone after a reset", async () => {
    server.answers["/sdk/v1/messages"] = { inApp: [], cards: [card("1")], now: 0 };
    const sojourn = made();
    await pass(10);
    expect(sojourn.cards.list().length).toBe(1);
    sojourn.reset();
    expect([sojourn.cards.list(), dialogs()]).toEqual([[], []]);
  });
});

const card = (id: string, pinned = false): Record<string, unknown> => ({
  ...message(id),
  pinned,
  viewed: false,
  clicked: false,
});

describe("content cards", () => {
  it("are pinned ones first, then the newest; listeners hear of changes only", async () => {
    server.answers["/sdk/v1/messages"] = { inApp: [], cards: [card("1", true), card("3"), card("2")], now: 0 };
    const sojourn = made();
    const heard: string[][] = [];
    const end = sojourn.cards.onChange((cards) => heard.push(cards.map(({ id }) => id)));
    await pass(10);
    await sojourn.refresh();
    expect(heard).toEqual([[], ["1", "3", "2"]]);
    end();
    sojourn.cards.dismiss(sojourn.cards.list()[0]!);
    expect(heard.length).toBe(2);
    expect(sojourn.cards.list().map(({ id }) => id)).toEqual(["3", "2"]);
  });

  it("that were dismissed stay away, and are viewed once", async () => {
    server.answers["/sdk/v1/messages"] = { inApp: [], cards: [card("1"), card("2")], now: 0 };
    const sojourn = made();
    await pass(10);
    const [second, first] = sojourn.cards.list();
    sojourn.cards.seen(first!);
    sojourn.cards.seen(first!);
    sojourn.cards.dismiss(second!);
    await sojourn.refresh();
    await pass(10);
    expect(sojourn.cards.list().map(({ id }) => id)).toEqual(["1"]);
    expect(reports()).toEqual(["token-1 viewed", "token-2 dismissed"]);
  });
});
