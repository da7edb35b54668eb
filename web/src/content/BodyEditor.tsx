/** The body of a mail: designed, or written as MJML or HTML. */
import { Button, Group, SegmentedControl, Skeleton, Text } from "@mantine/core";
import { IconBrush, IconCode, IconLanguage } from "@tabler/icons-react";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { useDocument, useEditor } from "../editor/EditorProvider";
import { textOf } from "../model";
import { Boundary } from "../shell/Boundary";
import { MARKUP, markupOf, OWN, partOf, pathOf, withField, type Markup } from "./fields";
import { LiquidField } from "./LiquidField";
import { usePlace } from "./places";
import { BLOCK, HTML, MJML } from "./starters";
import styles from "./content.module.css";

const Designer = lazy(() => import("./Designer"));

export function BodyEditor({ isLocked }: { isLocked: boolean }) {
  const { t } = useTranslation();
  const editor = useEditor();
  const document = useDocument();
  const { locale, mode, setMode } = usePlace();
  const isBlock = document.kind === "block";
  const part = partOf(document, locale);
  const set = (name: Markup, value: string | undefined): void =>
    editor.getState().edit((doc) => withField(doc, locale, name, value), pathOf(locale, name));
  const mine = MARKUP.filter((name) => typeof part[name] === "string");
  const inherited = markupOf(document, OWN);
  if (isBlock)
    return (
      <>
        {MARKUP.map((name) => (
          <LiquidField
            key={`${locale}${name}`}
            path={pathOf(locale, name)}
            value={textOf(part[name])}
            onChange={(next) => set(name, next)}
            label={name.toUpperCase()}
            language="markup"
            placeholder={name === "mjml" ? BLOCK : ""}
            isTall
            isLocked={isLocked}
          />
        ))}
      </>
    );
  const [name] = mine;
  if (!name && locale !== OWN && inherited)
    return (
      <Inherited
        isLocked={isLocked}
        onTranslate={() => set(inherited, textOf(partOf(document, OWN)[inherited]))}
      />
    );
  if (!name) return <Begin isLocked={isLocked} onBegin={(chosen, text) => set(chosen, text)} />;
  const isDesigned = name === "mjml" && mode === "designer";
  return (
    <section aria-label={t("content.body")}>
      <Group justify="space-between" mb={6} gap="xs">
        <Text size="xs" fw={500}>
          {t("content.body")}
        </Text>
        {name === "mjml" ? (
          <SegmentedControl
            aria-label={t("content.mode")}
            value={mode}
            onChange={(next) => setMode(next)}
            data={[
              { value: "designer", label: t("content.designer") },
              { value: "code", label: t("content.code") },
            ]}
          />
        ) : (
          <Text size="xs" c="dimmed">
            {t("content.htmlOnly")}
          </Text>
        )}
      </Group>
      {isDesigned ? (
        <Boundary at={`designer${locale}`}>
          <Suspense fallback={<Skeleton height={560} />}>
            <Designer
              key={locale}
              value={textOf(part.mjml)}
              onChange={(next) => set("mjml", next)}
              onLeave={() => setMode("code")}
              isLocked={isLocked}
            />
          </Suspense>
        </Boundary>
      ) : (
        <LiquidField
          path={pathOf(locale, name)}
          value={textOf(part[name])}
          onChange={(next) => set(name, next)}
          label={name.toUpperCase()}
          language="markup"
          isTall
          isLocked={isLocked}
        />
      )}
    </section>
  );
}

function Begin({ isLocked, onBegin }: { isLocked: boolean; onBegin: (name: Markup, text: string) => void }) {
  const { t } = useTranslation();
  return (
    <section aria-label={t("content.body")} className={styles.begin}>
      <Text size="sm" c="dimmed">
        {t("content.begin")}
      </Text>
      <Group mt="sm" gap="xs">
        <Button
          leftSection={<IconBrush size={15} />}
          disabled={isLocked}
          onClick={() => onBegin("mjml", MJML)}
        >
          {t("content.design")}
        </Button>
        <Button
          variant="default"
          leftSection={<IconCode size={15} />}
          disabled={isLocked}
          onClick={() => onBegin("html", HTML)}
        >
          {t("content.writeHtml")}
        </Button>
      </Group>
    </section>
  );
}

function Inherited({ isLocked, onTranslate }: { isLocked: boolean; onTranslate: () => void }) {
  const { t } = useTranslation();
  return (
    <section aria-label={t("content.body")} className={styles.begin}>
      <Text size="sm" c="dimmed">
        {t("content.inherited")}
      </Text>
      <Button
        mt="sm"
        variant="default"
        leftSection={<IconLanguage size={15} />}
        disabled={isLocked}
        onClick={onTranslate}
      >
        {t("content.translate")}
      </Button>
    </section>
  );
}
