/** What a rule can be made of here: the palette's sections, each part with the condition that it begins as. */
import {
  IconAddressBook,
  IconBellCheck,
  IconBrackets,
  IconCalendarEvent,
  IconHandClick,
  IconTable,
  IconUserCircle,
  type Icon,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useVocabulary } from "../api/hooks";
import { starterComparison, writeComparison } from "../forms/comparison";
import { useSurroundings } from "../forms/surroundings";
import { word } from "../i18n/words";
import type { Json } from "../model";

export interface RulePart {
  key: string;
  label: string;
  hint: string;
  condition: Json;
}

export interface Section {
  id: "columns" | "attributes" | "events" | "audiences" | "engaged" | "subscribed" | "related" | "groups";
  icon: Icon;
  parts: RulePart[];
}

const REACTIONS = ["opened", "clicked", "sent", "delivered", "bounced", "unsubscribed"] as const;

export function useParts(): Section[] {
  const { t } = useTranslation();
  const { data } = useVocabulary();
  const { columns } = useSurroundings();
  if (!data) return [];
  const comparing = (
    object: string,
    names: { name: string; title?: string | null; type: string }[],
  ): RulePart[] =>
    names.map(({ name, title, type }) => ({
      key: `${object}${name}`,
      label: title ?? name,
      hint: word("values", type, type),
      condition: writeComparison(starterComparison(`${object}${name}`, type)),
    }));
  const naming = (form: string, documents: { id: string; title: string | null }[]): RulePart[] =>
    documents.map(({ id, title }) => ({
      key: `${form}:${id}`,
      label: title ?? id,
      hint: title ? id : "",
      condition: { [form]: id },
    }));
  const ofColumns = Object.entries(columns ?? {}).map(([name, type]) => ({ name, type }));
  const all: Section[] = [
    { id: "columns", icon: IconTable, parts: comparing("", ofColumns) },
    { id: "attributes", icon: IconUserCircle, parts: comparing("profile.", data.profile) },
    { id: "events", icon: IconCalendarEvent, parts: naming("did", data.events) },
    { id: "audiences", icon: IconAddressBook, parts: naming("in", data.audiences) },
    {
      id: "related",
      icon: IconTable,
      parts: naming(
        "related",
        data.entities.filter((entity) => entity.links.some((link) => link.to === "profile")),
      ),
    },
    {
      id: "engaged",
      icon: IconHandClick,
      parts: REACTIONS.map((kind) => ({
        key: `engaged:${kind}`,
        label: word("values", kind),
        hint: "",
        condition: { engaged: kind },
      })),
    },
    {
      id: "subscribed",
      icon: IconBellCheck,
      parts: naming("subscribed", [
        ...data.groups,
        ...data.channels
          .filter((channel) => channel.built_in)
          .map(({ id }) => ({ id, title: word("nodes", id) })),
      ]),
    },
    {
      id: "groups",
      icon: IconBrackets,
      parts: (["all", "any", "not"] as const).map((form) => ({
        key: form,
        label: t(`conditions.${form}`),
        hint: "",
        condition: form === "not" ? { not: "" } : { [form]: [""] },
      })),
    },
  ];
  return all.filter((section) => section.parts.length > 0);
}
