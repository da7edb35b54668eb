import { afterEach, describe, expect, it } from "vitest";
import help from "../src/i18n/ko/help.json";
import catalogue from "../src/i18n/ko/told.json";
import { keepTold, told } from "../src/i18n/told";

afterEach(() => keepTold({}));

describe("what the server says", () => {
  it("stays as it is in English, and where nobody has translated it", () => {
    expect(told("this is always met")).toBe("this is always met");
    keepTold(catalogue);
    expect(told("nobody has ever said this")).toBe("nobody has ever said this");
    expect(told(null)).toBe(null);
  });

  it("is Korean with the names that it is about", () => {
    keepTold(catalogue);
    expect(told("this is always met")).toBe("항상 충족됩니다");
    expect(told("no channel `male`; did you mean `mail`?")).toBe(
      "`male` 채널이 없습니다. `mail`을(를) 말씀하셨나요?",
    );
    expect(told("this must be a whole number, not `x`")).toBe("`x`이(가) 아니라 정수이어야 합니다");
  });

  it("is Korean for what fields are for", () => {
    keepTold({ ...catalogue, ...help });
    expect(told("Who enters, and when.")).toBe("누가 언제 들어오는지 정합니다.");
  });

  it("has every part of a sentence in its translation", () => {
    const wrong = Object.entries(catalogue).filter(([english, korean]) => {
      const count = english.split("{}").length - 1;
      const used = new Set([...korean.matchAll(/\{(\d)\}/g)].map(([, index]) => Number(index)));
      return used.size !== count || [...used].some((index) => index >= count);
    });
    expect(wrong).toEqual([]);
  });
});
