/** A page for the tests: the server's answers, and the time, are theirs. */
import { afterEach, beforeEach, vi } from "vitest";

import type { Message } from "../src/types.js";

export interface Asked {
  path: string;
  body: Record<string, unknown>;
  keepalive: boolean;
}

export interface Server {
  asked: Asked[];
  /** What is answered to a path: a status, an answer, or nothing at all. */
  answers: Record<string, number | Record<string, unknown> | "gone">;
  to(path: string): Asked[];
}

/** Let the time stand still until a test moves it, and answer requests. */
export function withServer(): Server {
  const server: Server = { asked: [], answers: {}, to: (path) => server.asked.filter((one) => one.path === path) };
  beforeEach(() => {
    vi.useFakeTimers({ now: Date.parse("2026-11-22T10:00:00Z") });
    localStorage.clear();
    server.asked = [];
    server.answers = { "/sdk/v1/messages": { inApp: [], cards: [], now: 0 } };
    vi.stubGlobal("fetch", (url: string, init: { body: string; keepalive: boolean }) => {
      const path = new URL(url).pathname;
      server.asked.push({ path, body: JSON.parse(init.body) as Record<string, unknown>, keepalive: init.keepalive });
      const answer = server.answers[path] ?? 200;
      if (answer === "gone") return Promise.reject(new TypeError("Failed to fetch"));
      const status = typeof answer === "number" ? answer : 200;
      return Promise.resolve(new Response(JSON.stringify(typeof answer === "number" ? {} : answer), { status }));
    });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
    document.body.replaceChildren();
  });
  return server;
}

/** Let so many milliseconds pass, and all that was due in them be done. */
export async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}

export function message(id: string, more: Partial<Message> = {}): Message {
  return {
    id,
    token: `token-${id}`,
    title: `Message ${id}`,
    priority: "medium",
    style: "modal",
    sentAt: "2026-11-22T09:00:00Z",
    expiresAt: "2026-11-23T09:00:00Z",
    ...more,
  };
}
