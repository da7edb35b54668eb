/** The message for a chosen reader: one, or all languages and other templates side by side. */
import { Alert, Group, MultiSelect, SegmentedControl, Switch } from "@mantine/core";
import { IconDeviceDesktop, IconDeviceMobile, IconMail } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useVocabulary } from "../api/hooks";
import { useDocument } from "../editor/EditorProvider";
import { textOf } from "../model";
import { Empty, Failed, Loading } from "../shell/States";
import { localesOf } from "./fields";
import { usePreview } from "./previewing";
import { ReaderForm } from "./ReaderForm";
import { Screen, type Part, type Width } from "./Screen";
import styles from "./content.module.css";

interface Column {
  key: string;
  title: string;
  locale?: string;
  id?: string;
}

export function PreviewPane() {
  const { t } = useTranslation();
  const document = useDocument();
  const [width, setWidth] = useState<Width>("desktop");
  const [part, setPart] = useState<Part>("html");
  const [isWide, setWide] = useState(false);
  const [others, setOthers] = useState<string[]>([]);
  const vocabulary = useVocabulary().data;
  const alike = (vocabulary?.templates ?? []).filter(
    ({ id, channel }) => id !== document.id && channel === document.channel,
  );
  const locales = localesOf(document);
  const isMail = document.channel === "email" || document.kind === "block";
  const columns: Column[] = isWide
    ? [
        { key: "own", title: t("content.own"), locale: "" },
        ...locales.map((tag) => ({ key: tag, title: tag, locale: tag })),
        ...others.map((id) => ({ key: `template ${id}`, title: id, id })),
      ]
    : [{ key: "one", title: "" }];
  return (
    <div className={styles.preview}>
      <ReaderForm />
      <Group gap={8} className={styles.tools}>
        {isMail && (
          <>
            <SegmentedControl
              aria-label={t("content.width")}
              value={width}
              onChange={(next) => setWidth(next)}
              data={[
                { value: "desktop", label: labelled(<IconDeviceDesktop size={14} />, t("content.desktop")) },
                { value: "phone", label: labelled(<IconDeviceMobile size={14} />, t("content.phone")) },
              ]}
            />
            <SegmentedControl
              aria-label={t("content.part")}
              value={part}
              onChange={(next) => setPart(next)}
              data={[
                { value: "html", label: t("content.html") },
                { value: "text", label: t("content.text") },
              ]}
            />
          </>
        )}
        {(locales.length > 0 || alike.length > 0) && (
          <Switch
            label={t("content.sideBySide")}
            checked={isWide}
            onChange={(event) => setWide(event.currentTarget.checked)}
          />
        )}
      </Group>
      {isWide && alike.length > 0 && (
        <MultiSelect
          mb="xs"
          label={t("content.compare")}
          value={others}
          onChange={setOthers}
          data={alike.map(({ id, title }) => ({ value: id, label: title ?? id }))}
          searchable
          clearable
        />
      )}
      <div className={styles.columns} role="group" aria-label={t("content.preview")} tabIndex={0}>
        {columns.map((column) => (
          <Shown key={column.key} column={column} width={width} part={part} />
        ))}
      </div>
    </div>
  );
}

const labelled = (icon: React.ReactNode, text: string) => (
  <span className={styles.labelled}>
    {icon}
    {text}
  </span>
);

/** The document's own language has no tag that could stand for it: one that nobody translates to. */
const NO_LANGUAGE = "und";

function Shown({ column, width, part }: { column: Column; width: Width; part: Part }) {
  const { t } = useTranslation();
  const document = useDocument();
  const locale = column.locale === "" ? NO_LANGUAGE : column.locale;
  const found = usePreview(locale, column.id);
  const channel = document.kind === "block" ? "email" : textOf(document.channel);
  const preview = found.data;
  if (found.error && !preview) return <Failed error={found.error} retry={() => void found.refetch()} />;
  if (!preview) return <Loading height={200} />;
  return (
    <section
      aria-label={column.title || t("content.preview")}
      className={styles.column}
      aria-busy={found.isFetching}
    >
      {column.title && <h3 className={styles.columnTitle}>{column.title}</h3>}
      {preview.outcome === "rendered" ? (
        <Screen preview={preview} channel={channel} width={width} part={part} />
      ) : preview.outcome === "invalid" ? (
        <Empty icon={IconMail} title={t("content.invalid")} text={t("content.invalidText")} />
      ) : (
        <Alert
          color={preview.outcome === "aborted" ? "yellow" : "red"}
          title={t(preview.outcome === "aborted" ? "content.aborted" : "content.failed")}
        >
          {preview.detail}
        </Alert>
      )}
    </section>
  );
}
