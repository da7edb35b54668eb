import { expect, it } from "vitest";
import type { DraftRow, Status } from "../src/api/types";
import { doneOf, isOffered, type Said } from "../src/onboarding/progress";

const said = (...all: Said[]): ReadonlySet<Said> => new Set(all);
const status = (...ids: string[]): Status =>
  ({
    documents: ids.map((id) => ({ id, entered: 0, messages: {} })),
    items: { appended: 0 },
  }) as unknown as Status;
const drafts = (...ids: string[]): DraftRow[] =>
  ids.map((id) => ({ kind: "journey", id, errors: 0 }) as DraftRow);

it("the first steps are offered where nothing was ever published, and to who has begun them", () => {
  expect(isOffered(status(), said())).toBe(true);
  expect(isOffered(status("thanks"), said())).toBe(false);
  expect(isOffered(status("welcome"), said("begun"))).toBe(true);
  expect(isOffered(status(), said("begun", "dismissed"))).toBe(false);
});

it("a journey that came with the folder is not the one that was picked", () => {
  expect(doneOf(drafts("welcome"), status(), said()).journey).toBe(false);
  expect(doneOf(drafts("welcome", "welcome-series"), status(), said()).journey).toBe(true);
  expect(doneOf(drafts("welcome"), status("welcome"), said()).journey).toBe(true);
});
