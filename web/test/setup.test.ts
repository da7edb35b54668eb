import { expect, it } from "vitest";
import type { Arrival, Arrivals } from "../src/api/types";
import { profileAddress, profileAt } from "../src/profiles/addresses";
import { usualColumns } from "../src/profiles/columns";
import { joined } from "../src/setup/arrivals";
import { givenValues, parametersOf } from "../src/setup/parameters";

const item = (offset: number): Arrival => ({
  offset,
  at: "2026-03-01T09:00:00Z",
  occurred_at: "2026-03-01T09:00:00Z",
  kind: "track",
  profile: "eve",
  name: "x",
  data: null,
  traits: null,
  message_id: null,
});
const page = (from: number, count: number, next: number | null = null): Arrivals => ({
  rows: Array.from({ length: count }, (_, index) => item(from - index)),
  end: from + 1,
  next,
  skipped: 0,
});

it("new items stand in front, and what is cut off can be read again", () => {
  const both = joined(page(9, 10), page(12, 3));
  expect(both.rows.map((row) => row.offset)).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
  expect([both.end, both.next]).toEqual([13, null]);
  const many = joined(page(499, 500), page(509, 10));
  expect([many.rows.length, many.rows.at(-1)?.offset, many.next]).toEqual([500, 10, 10]);
});

it("parameters are given in their types, and what is empty is not given", () => {
  const declared = parametersOf({ city: "string", days: { type: "integer" }, tags: ["number"], raw: "json" });
  expect(declared.map(({ type }) => type)).toEqual(["string", "integer", "[number]", "json"]);
  expect(givenValues(declared, { city: "Rome", days: "3", tags: "1, 2", raw: '{"a": 1}' })).toEqual({
    city: "Rome",
    days: 3,
    tags: [1, 2],
    raw: { a: 1 },
  });
  expect(givenValues(declared, { city: "", days: "" })).toEqual({});
});

it("any id has an address", () => {
  for (const id of ["eve", "a/b c%", "김", "?#", "%2F"]) expect(profileAt(profileAddress(id))).toBe(id);
  expect(profileAt("/profiles")).toBeNull();
});

it("the list shows first what tells people apart", () => {
  const attributes = ["profile_id", "score", "email", "notes", "first_name"].map((name) => ({
    name,
    type: name === "notes" ? "json" : "string",
  }));
  expect(usualColumns(attributes)).toEqual(["email", "first_name", "score"]);
});
