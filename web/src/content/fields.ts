/** Where the texts of a template or block stand: its own, and those of each language. */
import type { Catalog } from "../api/types";
import { isMap, textOf, type Doc, type Json, type JsonMap } from "../model";

/** The document's own texts. */
export const OWN = "";
export const MARKUP = ["mjml", "html"] as const;
export type Markup = (typeof MARKUP)[number];
const OF_BLOCKS = ["mjml", "html", "text"];

export const channelOf = (doc: Doc): string => (doc.kind === "block" ? "email" : textOf(doc.channel));

/** The fields that the content of a document may have, in the channel's order. */
export function contentFields(doc: Doc, catalog: Catalog): string[] {
  if (doc.kind === "block") return OF_BLOCKS;
  return catalog.channels.find(({ type }) => type === channelOf(doc))?.fields ?? [];
}

export const localesOf = (doc: Doc): string[] => (isMap(doc.locales) ? Object.keys(doc.locales) : []);

/** The fields of one language, without those that it takes over. */
export function partOf(doc: Doc, locale: string): JsonMap {
  if (locale === OWN) return doc;
  const found = isMap(doc.locales) ? doc.locales[locale] : undefined;
  return isMap(found) ? found : {};
}

export function withField(doc: Doc, locale: string, name: string, value: Json | undefined): Doc {
  if (locale === OWN) return withValue(doc, name, value);
  const locales = isMap(doc.locales) ? doc.locales : {};
  return { ...doc, locales: { ...locales, [locale]: withValue(partOf(doc, locale), name, value) } };
}

export function withoutLocale(doc: Doc, locale: string): Doc {
  const locales = withValue(isMap(doc.locales) ? doc.locales : {}, locale, undefined);
  return withValue(doc, "locales", Object.keys(locales).length ? locales : undefined);
}

function withValue(map: JsonMap, name: string, value: Json | undefined): JsonMap {
  if (value !== undefined) return { ...map, [name]: value };
  const { [name]: _gone, ...rest } = map;
  return rest;
}

export const pathOf = (locale: string, name: string): string =>
  locale === OWN ? name : `locales.${locale}.${name}`;

/** The language and the field in which a path leads. */
export function placeOf(path: string): { locale: string; field: string } {
  const found = /^locales\.([^.]+)\.(.*)$/.exec(path);
  return found ? { locale: found[1] ?? OWN, field: found[2] ?? "" } : { locale: OWN, field: path };
}

/** Which markup the mail is written in: a language's own, else the document's; null: none yet. */
export function markupOf(doc: Doc, locale: string): Markup | null {
  const own = MARKUP.find((name) => typeof partOf(doc, locale)[name] === "string");
  return own ?? (locale === OWN ? null : markupOf(doc, OWN));
}

const TAG = /^[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8})*$/;
export const isLocale = (text: string): boolean => TAG.test(text);
