import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import en from "../src/i18n/en/index";
import ko from "../src/i18n/ko/index";

type Words = { [key: string]: string | Words };

const flat = (words: Words, path = ""): Map<string, string> =>
  new Map(
    Object.entries(words).flatMap(([key, value]) =>
      typeof value === "string" ? [[`${path}${key}`, value] as const] : [...flat(value, `${path}${key}.`)],
    ),
  );
const ENGLISH = flat(en);
const KOREAN = flat(ko);
const placeholders = (text: string): string[] =>
  [...text.matchAll(/{{(\w+)}}/g)].map(([, name]) => name ?? "").sort();

describe("languages", () => {
  it("have the same keys; Korean has one form of a number", () => {
    const wanted = [...ENGLISH.keys()].filter((key) => !key.endsWith("_one"));
    expect([...KOREAN.keys()].sort()).toEqual(wanted.sort());
  });

  it("fill in the same values", () => {
    for (const [key, text] of KOREAN)
      expect([key, placeholders(text)]).toEqual([key, placeholders(ENGLISH.get(key) ?? "")]);
  });

  it("leave nothing empty, and no English sentence among the Korean ones", () => {
    for (const [key, text] of [...ENGLISH, ...KOREAN]) expect([key, text.trim() !== ""]).toEqual([key, true]);
    const english = [...KOREAN].filter(([, text]) => /[a-z]{3,} [a-z]{3,}/.test(text)).map(([key]) => key);
    expect(english).toEqual([]);
  });
});

/** Attributes whose text somebody reads or hears. */
const SAID = new Set(["label", "title", "placeholder", "description", "aria-label", "alt", "text"]);

function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? files(join(folder, entry.name)) : [join(folder, entry.name)],
  );
}

function hardCoded(path: string): string[] {
  const source = ts.createSourceFile(
    path,
    readFileSync(path, "utf8"),
    ts.ScriptTarget.Latest,
    true,
    ts.ScriptKind.TSX,
  );
  const found: string[] = [];
  const look = (node: ts.Node): void => {
    if (ts.isJsxText(node) && /\p{L}{2,}/u.test(node.text)) found.push(node.text.trim());
    const value = ts.isJsxAttribute(node) ? node.initializer : undefined;
    if (value && ts.isStringLiteral(value) && ts.isJsxAttribute(node) && SAID.has(node.name.getText())) {
      if (/\p{L}{2,}/u.test(value.text)) found.push(value.text);
    }
    ts.forEachChild(node, look);
  };
  look(source);
  return found.map((text) => `${path}: ${text}`);
}

it("no text stands in the code", () => {
  expect(
    files("src")
      .filter((path) => path.endsWith(".tsx"))
      .flatMap(hardCoded),
  ).toEqual([]);
});

/** What the server's answers have as sentences, in its own language. */
const SENTENCES = new Set(["message", "reason", "trouble"]);
/** Attributes that are drawn. */
const DRAWN = new Set([...SAID, "error"]);

/** Sentences of answers that are drawn as they came, past the words of the user's language. */
function untold(path: string): string[] {
  const text = readFileSync(path, "utf8");
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const found: string[] = [];
  const drawn = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node) && SENTENCES.has(node.name.text)) found.push(node.getText());
    if (ts.isParenthesizedExpression(node)) drawn(node.expression);
    if (ts.isConditionalExpression(node)) [node.whenTrue, node.whenFalse].forEach(drawn);
    if (ts.isBinaryExpression(node)) {
      const isCondition = node.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken;
      (isCondition ? [node.right] : [node.left, node.right]).forEach(drawn);
    }
  };
  const look = (node: ts.Node): void => {
    if (ts.isJsxSelfClosingElement(node) && node.tagName.getText() === "Said") return;
    const attribute = ts.isJsxAttribute(node.parent) ? node.parent.name.getText() : null;
    if (ts.isJsxExpression(node) && node.expression && (attribute === null || DRAWN.has(attribute)))
      drawn(node.expression);
    ts.forEachChild(node, look);
  };
  ts.forEachChild(source, look);
  return found.map((each) => `${path}: ${each}`);
}

it("what the server says is drawn in the user's language", () => {
  const shown = files("src").filter((path) => path.endsWith(".tsx"));
  expect(shown.flatMap(untold)).toEqual(["src/shell/Boundary.tsx: error.message"]);
});

it("no word is said twice in a file: the second would hide the first", () => {
  const twice = files("src/i18n")
    .filter((path) => path.endsWith(".json"))
    .flatMap(repeated);
  expect(twice).toEqual([]);
});

function repeated(path: string): string[] {
  const source = ts.parseJsonText(path, readFileSync(path, "utf8"));
  const found: string[] = [];
  const look = (node: ts.Node): void => {
    if (ts.isObjectLiteralExpression(node)) {
      const names = node.properties.map((property) => property.name?.getText(source) ?? "");
      found.push(...names.filter((name, place) => names.indexOf(name) !== place));
    }
    ts.forEachChild(node, look);
  };
  look(source);
  return found.map((name) => `${path}: ${name}`);
}
