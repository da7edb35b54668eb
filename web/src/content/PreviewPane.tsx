/** The message for a chosen reader: one, or beside it all languages, its variants, and other templates. */
import { Group, MultiSelect, Select, Switch } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useVocabulary } from "../api/hooks";
import { addressOf } from "../documents/sections";
import { useDocument } from "../editor/EditorProvider";
import { textOf } from "../model";
import { Link } from "wouter";
import { channelOf, localesOf } from "./fields";
import { MailTools } from "./MailTools";
import { usePreview } from "./previewing";
import { ReaderForm } from "./ReaderForm";
import { Rendered } from "./Rendered";
import type { Part, Width } from "./Screen";
import { useUses, wordsOfUse, variantWords } from "./uses";
import styles from "./content.module.css";

interface Column {
  key: string;
  title?: string;
  locale?: string;
  id?: string;
}

/** The document's own language has no tag that could stand for it: one that nobody translates to. */
const NO_LANGUAGE = "und";

export function PreviewPane() {
  const { t } = useTranslation();
  const document = useDocument();
  const [width, setWidth] = useState<Width>("desktop");
  const [part, setPart] = useState<Part>("html");
  const [isWide, setWide] = useState(false);
  const [others, setOthers] = useState<string[]>([]);
  const [test, setTest] = useState<string | null>(null);
  const vocabulary = useVocabulary().data;
  const reads = usePreview().data?.reads ?? {};
  const id = textOf(document.id);
  const alike = (vocabulary?.templates ?? []).filter(
    (one) => one.id !== document.id && one.channel === document.channel,
  );
  const tests = useUses(id, document.kind === "template").filter(({ variants }) => variants.length > 1);
  const compared = tests.find((use) => wordsOfUse(use) === test);
  const locales = localesOf(document);
  const channel = channelOf(document);
  return (
    <div className={styles.preview}>
      <ReaderForm reads={reads} locales={locales} />
      <Group gap={8} className={styles.tools}>
        {channel === "email" && <MailTools {...{ width, setWidth, part, setPart }} />}
        {(locales.length > 0 || alike.length > 0) && (
          <Switch
            label={t("content.sideBySide")}
            checked={isWide}
            onChange={(event) => {
              setWide(event.currentTarget.checked);
              setTest(tests[0] ? wordsOfUse(tests[0]) : null);
            }}
          />
        )}
      </Group>
      {isWide && (
        <Group gap={8} grow mb="xs" align="flex-start">
          {tests.length > 0 && (
            <Select
              label={t("content.variantsOf")}
              placeholder={t("content.languages")}
              data={[...new Set(tests.map(wordsOfUse))]}
              value={test}
              clearable
              onChange={setTest}
            />
          )}
          {alike.length > 0 && (
            <MultiSelect
              label={t("content.compare")}
              value={others}
              onChange={setOthers}
              data={alike.map((one) => ({ value: one.id, label: one.title ?? one.id }))}
              searchable
              clearable
            />
          )}
        </Group>
      )}
      <div className={styles.columns} role="group" aria-label={t("content.preview")} tabIndex={0}>
        {columns().map(({ key, ...column }) => (
          <Rendered key={key} {...column} channel={channel} width={width} part={part}>
            {column.id !== undefined && (
              <Link href={addressOf("template", column.id)} className={styles.columnLink}>
                {t("content.edit")}
              </Link>
            )}
          </Rendered>
        ))}
      </div>
    </div>
  );

  function columns(): Column[] {
    if (!isWide) return [{ key: "one" }];
    const variants = compared?.variants.map((variant) => ({
      key: `variant ${variant.name}`,
      title: variantWords(variant),
      ...(variant.template === id ? {} : { id: variant.template }),
    }));
    const languages = [
      { key: "own", title: t("content.own"), locale: NO_LANGUAGE },
      ...locales.map((tag) => ({ key: tag, title: tag, locale: tag })),
    ];
    return [
      ...(variants ?? languages),
      ...others.map((one) => ({ key: `template ${one}`, title: one, id: one })),
    ];
  }
}
