/** Names another document: chosen among those that there are. */
import { ActionIcon, Group, MultiSelect, Select, Tooltip, type OptionsFilter } from "@mantine/core";
import { IconExternalLink } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { useVocabulary } from "../../api/hooks";
import type { Named, Vocabulary } from "../../api/types";
import { MakeDialog } from "../../documents/MakeDialog";
import { addressOf, BUILT } from "../../documents/sections";
import { SOUND } from "../../documents/starters";
import { useWord } from "../../i18n/words";
import { textOf } from "../../model";
import { useMay } from "../../session/session";
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
  const { step } = useSurroundings();
  const making = useMaking(schema["x-kinds"] ?? []);
  const [isMaking, setMaking] = useState(false);
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
        data={[...unique(data), ...(making ? [{ value: MAKE, label: t("forms.make", making) }] : [])]}
        value={id || null}
        searchable
        filter={withMaking}
        clearable={!isRequired && id !== ""}
        placeholder={t("forms.choose")}
        nothingFoundMessage={t("forms.none")}
        onChange={(next) => (next === MAKE ? setMaking(true) : onChange(next ?? undefined))}
      />
      {making && isMaking && (
        <MakeDialog
          kind={making.of}
          channel={step && CHANNELS.has(step.type) ? step.type : "email"}
          onMade={onChange}
          onClose={() => setMaking(false)}
        />
      )}
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

/** The last entry of the list, which is no document: to make one. No id has this form. */
const MAKE = "+";

/** What can be made here by who is here; null: nothing. */
function useMaking(kinds: readonly string[]): { of: string; kind: string } | null {
  const word = useWord();
  const mayBuild = useMay("build");
  const mayConfigure = useMay("configure");
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1 || !SOUND.has(kind)) return null;
  if (!(BUILT.has(kind) ? mayBuild : mayConfigure)) return null;
  return { of: kind, kind: word("kinds", kind).toLocaleLowerCase() };
}

/** Search as usual, and always offer to make one. */
const withMaking: OptionsFilter = ({ options, search }) => {
  const wanted = search.trim().toLocaleLowerCase();
  return options.filter(
    (one) => "value" in one && (one.value === MAKE || one.label.toLocaleLowerCase().includes(wanted)),
  );
};

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
