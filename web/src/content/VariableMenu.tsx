/** Puts a value or a block where one writes: what the workspace has, by its names. */
import { Button, Popover, ScrollArea, Text, TextInput, UnstyledButton } from "@mantine/core";
import { IconBraces, IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useVocabulary } from "../api/hooks";
import type { Vocabulary } from "../api/types";
import { useDocument } from "../editor/EditorProvider";
import { insert } from "../forms/code/places";
import { word } from "../i18n/words";
import type { Doc } from "../model";
import { tell } from "../shell/toasts";
import { channelOf, pathOf } from "./fields";
import { usePlace } from "./places";
import styles from "./content.module.css";

interface Entry {
  group: string;
  name: string;
  detail: string;
  text: string;
}

/** Only mails have the way out of a single click. */
const addressesOf = (channel: string): string[] =>
  channel === "email" ? ["unsubscribe_url", "preferences_url"] : ["preferences_url"];

export function VariableMenu() {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const [search, setSearch] = useState("");
  const document = useDocument();
  const { locale, mode, setMode } = usePlace();
  const vocabulary = useVocabulary().data;
  const groups: Record<string, string> = {
    profile: t("objects.profile"),
    event: t("objects.event"),
    message: t("content.message"),
    block: t("content.blocks"),
  };
  const wanted = search.trim().toLowerCase();
  const found = (vocabulary ? entriesOf(vocabulary, document) : []).filter(({ name, group }) =>
    `${group} ${name}`.toLowerCase().includes(wanted),
  );
  const choose = ({ text }: Entry): void => {
    setOpen(false);
    const field = pathOf(locale, channelOf(document) === "email" ? "subject" : "text");
    setTimeout(() => {
      if (insert(text, field)) return;
      void navigator.clipboard.writeText(text).then(() => tell(t("content.copied")));
    }, 60);
  };
  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-end" shadow="md" width={340} trapFocus>
      <Popover.Target>
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<IconBraces size={13} />}
          onClick={() => {
            if (mode === "designer" && typeof document.mjml === "string") setMode("designer");
            setOpen(!isOpen);
          }}
        >
          {t("content.insert")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p="xs">
        <TextInput
          aria-label={t("content.search")}
          placeholder={t("content.search")}
          leftSection={<IconSearch size={14} />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          data-autofocus
          mb={6}
        />
        <ScrollArea.Autosize mah={320}>
          {found.map((entry, place) => (
            <div key={`${entry.group}${entry.name}`}>
              {found[place - 1]?.group !== entry.group && (
                <Text size="xs" c="dimmed" mt={6} mb={2} px={6}>
                  {groups[entry.group]}
                </Text>
              )}
              <UnstyledButton className={styles.entry} onClick={() => choose(entry)}>
                <span className="code">{entry.name}</span>
                <span>{entry.detail}</span>
              </UnstyledButton>
            </div>
          ))}
        </ScrollArea.Autosize>
      </Popover.Dropdown>
    </Popover>
  );
}

function entriesOf(vocabulary: Vocabulary, document: Doc): Entry[] {
  const events = new Map<string, string>();
  for (const event of vocabulary.events)
    for (const { name } of event.attributes)
      events.set(name, [events.get(name), event.id].filter(Boolean).join(", "));
  return [
    ...vocabulary.profile.map(({ name, type }) => ({
      group: "profile",
      name,
      detail: word("values", type, type),
      text: `{{ profile.${name} }}`,
    })),
    ...[...events].map(([name, of]) => ({
      group: "event",
      name,
      detail: of,
      text: `{{ event.${name} }}`,
    })),
    ...addressesOf(channelOf(document)).map((name) => ({
      group: "message",
      name,
      detail: "",
      text: `{{ message.${name} }}`,
    })),
    ...vocabulary.blocks
      .filter((block) => block.id !== document.id)
      .map((block) => ({
        group: "block",
        name: block.id,
        detail: block.title ?? "",
        text: `{% render '${block.id}' %}`,
      })),
  ];
}
