/** Why something was refused or discarded, the most frequent reason first. */
import { Group, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Count } from "../crowd/Count";
import { exportOf } from "../crowd/crowd";
import { ExportLink } from "../crowd/ExportLink";
import { percent } from "../i18n/format";
import { useWord } from "../i18n/words";
import { sumOf } from "./report";
import styles from "./reports.module.css";

interface Props {
  document: string;
  title: string;
  reasons: Readonly<Record<string, number>>;
  behind: "discard" | "refused";
  empty: string;
  /** The table of the export. */
  table?: string;
}

export function Reasons({ document, title, reasons, behind, empty, table }: Props) {
  const { t } = useTranslation();
  const word = useWord();
  const rows = Object.entries(reasons).sort(([, a], [, b]) => b - a);
  const all = sumOf(reasons);
  return (
    <section className={styles.sheet} aria-label={title}>
      <Group justify="space-between" className={styles.sheetHead}>
        <Title order={2} fz={15}>
          {title}
        </Title>
        {table && rows.length > 0 && <ExportLink href={exportOf(document, table)} of={title} />}
      </Group>
      {rows.length === 0 && (
        <Text c="dimmed" px="md" pb="md">
          {empty}
        </Text>
      )}
      <dl className={styles.facts}>
        {rows.map(([reason, value]) => (
          <div key={reason} title={t("reports.reasonCode", { code: reason })}>
            <dt>{word("reasons", reason)}</dt>
            <dd>
              <Count
                document={document}
                value={value}
                of={word("reasons", reason)}
                ask={{ behind, name: reason }}
              />
              <small className="numbers">{percent(value / all)}</small>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
