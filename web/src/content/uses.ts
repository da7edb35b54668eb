/** Messages that use a template, and what it is compared with in them. */
import { useQuery } from "@tanstack/react-query";
import { get } from "../api/client";
import type { Use } from "../api/types";
import { percent } from "../i18n/format";
import { isMap, textOf, type Json, type JsonMap } from "../model";

export interface Variant {
  /** Empty: the message has no variants. */
  name: string;
  share: number | null;
  template: string;
}

export const useUses = (id: string, isWanted = true): Use[] =>
  useQuery({
    queryKey: ["drafts", "uses", id],
    queryFn: () => get<Use[]>(`/api/templates/${encodeURIComponent(id)}/uses`),
    enabled: isWanted,
    meta: { quiet: true },
  }).data ?? [];

/** What a message says: its variants, or its one template; those without a template are left out. */
export function variantsOf(message: JsonMap): Variant[] {
  const listed = Array.isArray(message.variants) ? message.variants.filter(isMap) : [];
  const own = listed.length
    ? listed.map((one) => ({
        name: textOf(one.name),
        share: shareOf(one.share),
        template: textOf(one.template),
      }))
    : [{ name: "", share: null, template: textOf(message.template) }];
  return own.filter(({ template }) => template !== "");
}

const shareOf = (value: Json | undefined): number | null => (typeof value === "number" ? value : null);

/** A variant in a line, such as `b · 50% · hello`. */
export const variantWords = ({ name, share, template }: Variant): string =>
  [name, share === null ? "" : percent(share / 100), template].filter(Boolean).join(" · ");

/** A message in a line, such as `welcome · hello`. */
export const wordsOfUse = ({ title, id, step }: Use): string =>
  [title ?? id, step].filter(Boolean).join(" · ");
