/** Names another document: chosen among those that there are. */
import { ActionIcon, Group, MultiSelect, Select, Tooltip } from "@mantine/core";
import { IconExternalLink } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { useVocabulary } from "../../api/hooks";
import type { Named, Vocabulary } from "../../api/types";
import { addressOf } from "../../documents/sections";
import { textOf } from "../../model";
import type { ControlProps } from "../control";
import { present } from "../schema";
import { useSurroundings } from "../surroundings";

const LISTS: Record<string, (vocabulary: Vocabulary) => Named[]> = {
  template: (all) => all.templates,
  audience: (all) => all.audiences,
  event: (all) => all.events,
  entity: (all) => all.entities,
  channel: (all) => all.channels,
  group: (all) => all.groups,
  source: (all) => all.sources,
  action: (all) => all.actions,
  geofence: (all) => all.geofences,
  policy: (all) => all.policies,
  journey: (all) => all.journeys,
  triggered: (all) => all.triggered,
  campaign: (all) => all.campaigns,
};

export interface Choice {
  value: string;
  label: string;
  kind: string;
}

/** The documents of some kinds; of templates and groups only those of the step's channel. */
export function useChoices(kinds: readonly string[]): Choice[] {
  const { data } = useVocabulary();
  const { step } = useSurroundings();
  if (!data) return [];
  return kinds.flatMap((kind) =>
    (LISTS[kind]?.(data) ?? [])
      .filter((one) => fits(one, step?.type))
      .map((one) => ({ value: one.id, label: one.title ?? one.id, kind })),
  );
}

function fits(one: Named, type: string | undefined): boolean {
  const channel = one.channel ?? one.type;
  return type === undefined || channel === undefined || !CHANNELS.has(type) || channel === type;
}

const CHANNELS = new Set([
  "email",
  "sms",
  "push",
  "in_app",
  "content_card",
  "whatsapp",
  "webhook",
  "direct_mail",
]);

export function DocumentControl({ schema, value, onChange, label, error, isRequired }: ControlProps) {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const choices = useChoices(schema["x-kinds"] ?? []);
  const id = textOf(value);
  const known = choices.find((choice) => choice.value === id);
  const data =
    known || !id ? choices : [...choices, { value: id, label: t("forms.unknown", { id }), kind: "" }];
  return (
    <Group gap={4} align="flex-end" wrap="nowrap">
      <Select
        style={{ flex: 1 }}
        label={label}
        error={error}
        data={unique(data)}
        value={id || null}
        searchable
        clearable={!isRequired && id !== ""}
        placeholder={t("forms.choose")}
        nothingFoundMessage={t("forms.none")}
        onChange={(next) => onChange(next ?? undefined)}
      />
      {known && (
        <Tooltip label={t("forms.open")}>
          <ActionIcon
            size={30}
            aria-label={t("forms.openOf", { name: known.label })}
            onClick={() => go(addressOf(known.kind, id))}
          >
            <IconExternalLink size={15} />
          </ActionIcon>
        </Tooltip>
      )}
    </Group>
  );
}

export function DocumentsControl({ schema, root, value, onChange, label, error }: ControlProps) {
  const { t } = useTranslation();
  const item = schema.items ? present(schema.items, root) : {};
  const choices = useChoices(item["x-kinds"] ?? []);
  const ids = Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
  return (
    <MultiSelect
      label={label}
      error={error}
      data={unique([
        ...choices,
        ...ids
          .filter((id) => !choices.some((one) => one.value === id))
          .map((id) => ({ value: id, label: id })),
      ])}
      value={ids}
      searchable
      nothingFoundMessage={t("forms.none")}
      onChange={(next) => onChange(next.length ? next : undefined)}
    />
  );
}

const unique = (choices: { value: string; label: string }[]): { value: string; label: string }[] => [
  ...new Map(choices.map(({ value, label }) => [value, { value, label }])).values(),
];
