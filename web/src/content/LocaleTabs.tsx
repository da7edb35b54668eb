/** The languages of the content: its own, and those that it is translated to. */
import { ActionIcon, Button, Group, Popover, SegmentedControl, TextInput, Tooltip } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDocument, useEditor } from "../editor/EditorProvider";
import { isMap } from "../model";
import { isLocale, localesOf, OWN, withoutLocale } from "./fields";
import { usePlace } from "./places";

const NONE = "own";

export function LocaleTabs({ isLocked }: { isLocked: boolean }) {
  const { t } = useTranslation();
  const editor = useEditor();
  const document = useDocument();
  const { locale, setLocale } = usePlace();
  const locales = localesOf(document);
  const add = (tag: string): void => {
    editor.getState().edit((doc) => ({
      ...doc,
      locales: { ...(isMap(doc.locales) ? doc.locales : {}), [tag]: {} },
    }));
    setLocale(tag);
  };
  return (
    <Group gap={6} wrap="nowrap" role="group" aria-label={t("content.languages")}>
      {locales.length > 0 && (
        <SegmentedControl
          aria-label={t("content.language")}
          value={locale === OWN ? NONE : locale}
          onChange={(next) => setLocale(next === NONE ? OWN : next)}
          data={[
            { value: NONE, label: t("content.own") },
            ...locales.map((tag) => ({ value: tag, label: tag })),
          ]}
        />
      )}
      {!isLocked && <AddLocale taken={locales} onAdd={add} />}
      {!isLocked && locale !== OWN && (
        <Tooltip label={t("content.removeLanguage", { tag: locale })}>
          <ActionIcon
            aria-label={t("content.removeLanguage", { tag: locale })}
            onClick={() => {
              setLocale(OWN);
              editor.getState().edit((doc) => withoutLocale(doc, locale));
            }}
          >
            <IconTrash size={15} />
          </ActionIcon>
        </Tooltip>
      )}
    </Group>
  );
}

function AddLocale({ taken, onAdd }: { taken: string[]; onAdd: (tag: string) => void }) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const [tag, setTag] = useState("");
  const isGood = isLocale(tag) && !taken.includes(tag);
  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-start" shadow="md" trapFocus>
      <Popover.Target>
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          leftSection={<IconPlus size={13} />}
          onClick={() => setOpen(!isOpen)}
        >
          {t("content.addLanguage")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p="xs">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (!isGood) return;
            onAdd(tag);
            setOpen(false);
            setTag("");
          }}
        >
          <Group gap={6} align="flex-end" wrap="nowrap">
            <TextInput
              label={t("content.tag")}
              w={110}
              value={tag}
              onChange={(event) => setTag(event.currentTarget.value.trim())}
              data-autofocus
            />
            <Button type="submit" disabled={!isGood}>
              {t("content.add")}
            </Button>
          </Group>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
