import { expect, it } from "vitest";
import type { DraftRow } from "../src/api/types";
import { isOffered, type Said } from "../src/onboarding/progress";

const drafts = (...kinds: string[]): DraftRow[] => kinds.map((kind) => ({ kind, id: kind }) as DraftRow);
const said = (...all: Said[]): ReadonlySet<Said> => new Set(all);

it("the first steps are offered where nothing could run yet, and to who has begun them", () => {
  expect(isOffered(drafts("workspace", "channel", "entity"), said())).toBe(true);
  expect(isOffered(drafts("workspace", "journey"), said())).toBe(false);
  expect(isOffered(drafts("triggered"), said())).toBe(false);
  expect(isOffered(drafts("workspace", "journey"), said("begun"))).toBe(true);
  expect(isOffered(drafts(), said("begun", "dismissed"))).toBe(false);
});
