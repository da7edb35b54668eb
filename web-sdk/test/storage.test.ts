import { afterEach, describe, expect, it, vi } from "vitest";

import { names, randomId, read, remove, write } from "../src/storage.js";

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  for (const name of names("")) remove(name);
});

describe("what a page keeps", () => {
  it("is read back, listed in order and removed", () => {
    write("b", { n: 1 });
    write("a", [2]);
    expect([read("b"), read("a"), names("")]).toEqual([{ n: 1 }, [2], ["a", "b"]]);
    remove("b");
    expect([read("b"), names("")]).toEqual([undefined, ["a"]]);
  });

  it("is nothing where somebody else has written there", () => {
    localStorage.setItem("sojourn.a", "{");
    expect(read("a")).toBeUndefined();
  });

  it("lives as long as the page where nothing can be stored", () => {
    vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
      throw new DOMException("full", "QuotaExceededError");
    });
    write("a", 1);
    expect([read("a"), names("")]).toEqual([1, ["a"]]);
  });

  it("lives as long as the page where there is no storage at all", () => {
    vi.spyOn(window, "localStorage", "get").mockImplementation(() => {
      throw new DOMException("denied", "SecurityError");
    });
    write("a", 1);
    expect([read("a"), names("")]).toEqual([1, ["a"]]);
    remove("a");
    expect(read("a")).toBeUndefined();
  });
});

it("makes ids like UUIDs, each of its own", () => {
  const made = Array.from({ length: 100 }, randomId);
  expect(new Set(made).size).toBe(100);
  expect(made.every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id))).toBe(
    true,
  );
});
