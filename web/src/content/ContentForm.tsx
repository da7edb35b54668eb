/** The fields of a channel's content, in one language: whatever the channel has, there is an editor for it. */
import { SimpleGrid, Stack, Text, UnstyledButton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Catalog } from "../api/types";
import { useDocument, useEditor } from "../editor/EditorProvider";
import { Control } from "../forms/Control";
import { Help } from "../forms/Help";
import { present } from "../forms/schema";
import { useWord } from "../i18n/words";
import { scalarText, textOf, type Json } from "../model";
import { BodyEditor } from "./BodyEditor";
import { channelOf, contentFields, MARKUP, OWN, partOf, pathOf, withField } from "./fields";
import { LiquidField } from "./LiquidField";
import { usePlace } from "./places";
import { SegmentsNote } from "./SegmentsNote";
import styles from "./content.module.css";

const LONG: ReadonlySet<string> = new Set(["text", "body"]);

export function ContentForm({ catalog, isLocked }: { catalog: Catalog; isLocked: boolean }) {
  const { t } = useTranslation();
  const word = useWord();
  const editor = useEditor();
  const document = useDocument();
  const { locale } = usePlace();
  const part = partOf(document, locale);
  const channel = channelOf(document);
  const root = catalog.documents[textOf(document.kind)]?.schema ?? {};
  const fields = contentFields(document, catalog);
  const first = fields.find((name) => (MARKUP as readonly string[]).includes(name));
  const set = (name: string, value: Json | undefined): void =>
    editor.getState().edit((doc) => withField(doc, locale, name, value), pathOf(locale, name));
  const isTextPart = (name: string): boolean => name === "text" && document.channel === "email";
  const hint = (name: string): string =>
    locale === OWN ? "" : scalarText(document[name]).slice(0, 200) || t("content.asOwn");
  if (!fields.length) return <ChannelPicker catalog={catalog} />;
  return (
    <Stack gap="md">
      {fields.map((name) => {
        const schema = present(root.properties?.[name] ?? {}, root);
        if (name === first) return <BodyEditor key={name} isLocked={isLocked} />;
        if ((MARKUP as readonly string[]).includes(name)) return null;
        const editorName = schema["x-editor"];
        if (editorName !== "liquid")
          return (
            <div key={`${locale}${name}`}>
              <Control
                schema={schema}
                root={root}
                value={part[name]}
                onChange={(next) => set(name, next)}
                label={word("fields", name)}
                path={pathOf(locale, name)}
                isRequired={false}
              />
              <Help schema={schema} />
            </div>
          );
        const isJson = channel === "webhook" && name === "body";
        return (
          <div key={`${locale}${name}`}>
            <LiquidField
              path={pathOf(locale, name)}
              value={textOf(part[name])}
              onChange={(next) => set(name, next)}
              label={isTextPart(name) ? t("content.textPart") : word("fields", name)}
              language={isJson ? "json" : "line"}
              placeholder={isTextPart(name) ? t("content.textMade") : hint(name)}
              isTall={LONG.has(name) && channel !== "email"}
              isLow={channel !== "webhook"}
              isLocked={isLocked}
            />
            {channel === "sms" && name === "text" && <SegmentsNote />}
            <Help schema={schema} />
          </div>
        );
      })}
    </Stack>
  );
}

/** A template begins with its channel. */
function ChannelPicker({ catalog }: { catalog: Catalog }) {
  const { t } = useTranslation();
  const word = useWord();
  const editor = useEditor();
  return (
    <section aria-label={t("content.channel")}>
      <Text fw={600} mb="sm">
        {t("content.channel")}
      </Text>
      <SimpleGrid cols={{ base: 2, sm: 3 }} spacing="xs">
        {catalog.channels.map(({ type, title }) => (
          <UnstyledButton
            key={type}
            className={styles.channel}
            onClick={() => editor.getState().edit((doc) => ({ ...doc, channel: type }), "channel")}
          >
            {word("nodes", type, title)}
          </UnstyledButton>
        ))}
      </SimpleGrid>
    </section>
  );
}
