/** What the server makes of the open content, for a reader. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useDebouncedValue } from "@mantine/hooks";
import { createContext, useContext } from "react";
import { post } from "../api/client";
import type { Preview } from "../api/types";
import { useDocument } from "../editor/EditorProvider";
import { isMap, textOf, type Doc, type Json, type JsonMap } from "../model";

/** For whom a message is rendered. */
export interface Reader {
  profile: string | null;
  locale: string | null;
  /** A real event of the profile's past; what is typed in stands before its properties. */
  past?: { at: string; name: string; properties: JsonMap } | null;
  /** What stands in for values that the template reads, by object and name. */
  values: Record<string, Record<string, string>>;
}

export const NOBODY: Reader = { profile: null, locale: null, values: {} };

export interface Reading {
  reader: Reader;
  setReader: (reader: Reader) => void;
}

export const ReaderContext = createContext<Reading>({ reader: NOBODY, setReader: () => undefined });
export const useReader = (): Reading => useContext(ReaderContext);

const PAUSE_MS = 350;

export function usePreview(locale?: string, id?: string) {
  const document = useDocument();
  const { reader } = useReader();
  const [asked] = useDebouncedValue(
    JSON.stringify(letterOf(document, locale === undefined ? reader : { ...reader, locale }, id)),
    PAUSE_MS,
  );
  return useQuery({ ...previewOf(JSON.parse(asked) as JsonMap), placeholderData: keepPreviousData });
}

export const previewOf = (letter: JsonMap) => ({
  queryKey: ["preview", JSON.stringify(letter)],
  queryFn: () => post<Preview>("/api/templates/preview", letter),
  gcTime: 60_000,
});

/** What the routes of preview and proof are asked. */
export function letterOf(document: Doc, reader: Reader, id?: string): JsonMap {
  const { profile, event, entry, message: _message, ...nodes } = reader.values;
  return {
    ...(id === undefined ? { template: shownAs(document) } : { id }),
    ...(document.kind === "block" ? { others: [document] } : {}),
    profile: reader.profile,
    attributes: read(profile),
    event: { ...reader.past?.properties, ...read({ ...entry, ...event }) },
    nodes: Object.fromEntries(Object.entries(nodes).map(([name, found]) => [name, read(found)])),
    locale: reader.locale,
  };
}

/** A block is shown in a mail that has nothing else. */
function shownAs(document: Doc): Doc {
  if (document.kind !== "block") return document;
  const id = textOf(document.id);
  const mention = `{% render '${id}' %}`;
  const about = { kind: "template", id: "block-preview" };
  if (typeof document.mjml === "string")
    return {
      ...about,
      channel: "email",
      subject: id,
      mjml: `<mjml><mj-body>${mention}</mj-body></mjml>`,
    };
  if (typeof document.html === "string") return { ...about, channel: "email", subject: id, html: mention };
  return { ...about, channel: "sms", text: mention };
}

function read(values: Record<string, string> | undefined): JsonMap {
  const given = Object.entries(values ?? {}).filter(([, text]) => text !== "");
  return Object.fromEntries(given.map(([name, text]) => [name, valueOf(text)]));
}

/** Numbers, lists and maps may be written as JSON; all else is text. */
function valueOf(text: string): Json {
  if (!/^[-\d[{"]|^(true|false|null)$/.test(text)) return text;
  try {
    const found = JSON.parse(text) as Json;
    return isMap(found) || Array.isArray(found) || typeof found !== "number" || String(found) === text
      ? found
      : text;
  } catch {
    return text;
  }
}
