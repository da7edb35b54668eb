import { expect, it } from "vitest";
import { begin, LONGEST, redo, take, undo } from "../src/editor/history";

it("goes back and forth", () => {
  let here = take(take(begin("a"), "b", null, 1), "c", null, 2);
  here = undo(here);
  expect(here.present).toBe("b");
  expect(redo(here).present).toBe("c");
  expect(redo(redo(here)).present).toBe("c");
  expect(undo(undo(undo(here))).present).toBe("a");
});

it("joins quick edits in one place", () => {
  const typed = take(take(take(begin(""), "h", "f", 1000), "he", "f", 1500), "hey", "f", 2900);
  expect(undo(typed).present).toBe("he");
  expect(undo(undo(typed)).present).toBe("");
  const elsewhere = take(take(begin(""), "x", "f", 1), "y", "g", 2);
  expect(undo(elsewhere).present).toBe("x");
});

it("forgets what could be done again after a new edit, and what is too long ago", () => {
  const other = take(undo(take(begin(1), 2, null, 1)), 3, null, 2);
  expect(redo(other).present).toBe(3);
  let long = begin(0);
  for (let i = 1; i < LONGEST + 50; i += 1) long = take(long, i, null, i * 9999);
  expect(long.past.length).toBe(LONGEST);
  expect(take(long, long.present, null, 1)).toBe(long);
});
