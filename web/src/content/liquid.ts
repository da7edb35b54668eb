/** Liquid in markup that is designed: kept from what reads markup only, and put back. */

const TOKEN = /\{\{[\s\S]*?\}\}+|\{%[\s\S]*?%\}/g;
/** Tags between elements are carried in elements of their own, which the designer moves as a whole. */
const TAG = String.raw`\{%[\s\S]*?%\}|\{\{-?\s*content_blocks\.(?:\$\{[\w-]+\}|[\w-]+)\s*-?\}\}`;
const BETWEEN = new RegExp(String.raw`(>\s*)((?:(?:${TAG})\s*)+)(?=<|$)`, "g");
const ONE = new RegExp(TAG, "g");
const CARRIED = /<mj-raw\b[^>]*\bdata-liquid="([A-Za-z0-9+/=]*)"[^>]*>[\s\S]*?<\/mj-raw>/g;
/** Elements whose content is text: Liquid may stand anywhere in it. */
const TEXTS =
  /<mj-(text|button|navbar-link|social-element|accordion-title|accordion-text|table|style|raw|title|preview)\b[^>]*>[\s\S]*?<\/mj-\1>/g;
const EMPTY = /<(mj-[\w-]+)((?:"[^"]*"|'[^']*'|[^'">])*?)\/>/g;

const encode = (text: string): string => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
const decode = (text: string): string =>
  new TextDecoder().decode(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)));
const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** What stands before and behind the `<mjml>` of a mail, which the designer does not see. */
export function parted(source: string): [string, string, string] {
  const start = source.search(/<mjml\b/);
  const end = source.lastIndexOf("</mjml>");
  if (start < 0 || end < 0) return ["", source, ""];
  return [source.slice(0, start), source.slice(start, end + 7), source.slice(end + 7)];
}

/** MJML as the designer reads it: no empty elements, Liquid between elements in elements. */
export function carried(mjml: string): string {
  const kept: string[] = [];
  const bare = mjml.replace(EMPTY, "<$1$2></$1>").replace(TEXTS, (text) => {
    kept.push(text);
    return `<kept-${kept.length - 1}>`;
  });
  const now = bare.replace(BETWEEN, (_all, head: string, tags: string) => head + tags.replace(ONE, element));
  return now.replace(/<kept-(\d+)>/g, (_all, place: string) => kept[Number(place)] ?? "");
}

const element = (tag: string): string => `<mj-raw data-liquid="${encode(tag)}">${escaped(tag)}</mj-raw>`;

/** MJML as the document has it. */
export const restored = (mjml: string): string =>
  mjml.replace(CARRIED, (_all, tag: string) => decode(tag)).replace(TOKEN, unescaped);

/** What serialising made of the signs inside of Liquid; quotes that would end an attribute are turned. */
function unescaped(token: string): string {
  const plain = token.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&#39;", "'");
  const quoted = plain.includes("'") ? plain : plain.replaceAll("&quot;", "'");
  return quoted.replaceAll("&nbsp;", " ").replaceAll("&amp;", "&");
}

const spoken = (token: string): string =>
  unescaped(token).replaceAll("&quot;", "'").replaceAll('"', "'").replace(/\s+/g, " ");

/** Whether markup says the same in Liquid, in the same order, before and after. */
export const sameLiquid = (before: string, after: string): boolean => said(before) === said(after);

const names = (mjml: string): string =>
  (mjml.replace(/<!--[\s\S]*?-->/g, "").match(/<[a-z][\w-]*/g) ?? []).join(" ");

/** Whether markup has the same elements, in the same order, before and after. */
export const sameElements = (before: string, after: string): boolean => names(before) === names(after);

const said = (text: string): string => (text.match(TOKEN) ?? []).map(spoken).join("\n");

const PIECE = new RegExp(String.raw`<!--[\s\S]*?-->|<(?:"[^"]*"|'[^']*'|[^'">])*>|${TAG}`, "g");
const STEP = "  ";

/** MJML with an element a line, as somebody would write it; texts stay as they are. */
export function indented(mjml: string): string {
  const kept: string[] = [];
  const bare = mjml.replace(TEXTS, (text) => {
    kept.push(text);
    return `<kept-${kept.length - 1}/>`;
  });
  const lines: string[] = [];
  let depth = 0;
  let last = "";
  for (const [piece] of bare.matchAll(PIECE)) {
    const name = /^<\/([\w-]+)/.exec(piece)?.[1];
    if (name === undefined) lines.push(STEP.repeat(depth) + piece);
    else {
      depth = Math.max(0, depth - 1);
      if (last !== "" && last === name) lines.push(`${(lines.pop() ?? "").replace(/\s*>$/, "")} />`);
      else lines.push(STEP.repeat(depth) + piece);
    }
    const opens = /^<([\w-]+)/.exec(piece)?.[1];
    last = opens !== undefined && !piece.endsWith("/>") ? opens : "";
    if (last !== "") depth += 1;
  }
  return lines.join("\n").replace(/<kept-(\d+)\/>/g, (_all, place: string) => kept[Number(place)] ?? "");
}
