/** What a new document begins with. */
import i18next from "i18next";
import type { Schema } from "../api/types";
import { starterOf } from "../forms/schema";
import { isMap, textOf, type Doc, type JsonMap } from "../model";

export function starterDocument(kind: string, id: string, title: string, schema: Schema | undefined): Doc {
  const made = schema ? starterOf(schema, schema) : {};
  const { kind: _kind, id: _id, ...rest } = isMap(made) ? made : {};
  return { kind, id, ...(title && title !== id ? { title } : {}), ...rest };
}

/** A document that somebody needs now, while another one is open: sound from the start, to be worked out afterwards. */
export function soundDocument(kind: string, id: string, title: string, channel: string): Doc {
  const name = title || id;
  if (kind === "event") return { kind, id, match: name };
  const begun = { kind, id, ...(title && title !== id ? { title } : {}), channel };
  return kind === "template" ? { ...begun, ...contentOf(channel, name) } : begun;
}

/** Kinds of which `soundDocument` makes one. */
export const SOUND = new Set(["event", "template", "group"]);

function contentOf(channel: string, name: string): JsonMap {
  return BEGINNINGS[channel]?.(name) ?? { text: name };
}

const ADDRESS = "https://www.example.com/";
const BEGINNINGS: Partial<Record<string, (name: string) => JsonMap>> = {
  email: (subject) => ({ subject, mjml: design(subject) }),
  push: (body) => ({ body }),
  in_app: (body) => ({ body }),
  content_card: (body) => ({ body }),
  webhook: () => ({ url: ADDRESS }),
  direct_mail: () => ({ columns: { profile: "{{ profile.profile_id }}" } }),
};

/** A first mail for the designer: what it says, and the way out. */
const design = (text: string): string =>
  `<mjml>
  <mj-body>
    <mj-section>
      <mj-column>
        <mj-text>${escaped(text)}</mj-text>
        <mj-text font-size="11px"><a href="{{ message.unsubscribe_url }}">${unsubscribe()}</a></mj-text>
      </mj-column>
    </mj-section>
  </mj-body>
</mjml>
`;

/** A first letter, with the way out that a marketing mail must have. */
export const letter = (text: string): string =>
  `<p>${escaped(text)}</p>\n<p><small><a href="{{ message.unsubscribe_url }}">${unsubscribe()}</a></small></p>\n`;

const unsubscribe = (): string => textOf(i18next.t("begin.recipes.unsubscribe"));
const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
