/** Messages by channel, or by node: what became of them, and what came back. */
import { Group, SegmentedControl, Table, Text, Title } from "@mantine/core";
import { IconMailOff } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Report } from "../api/types";
import { Count } from "../crowd/Count";
import { exportOf } from "../crowd/crowd";
import { ExportLink } from "../crowd/ExportLink";
import { percent } from "../i18n/format";
import { useWord } from "../i18n/words";
import { Empty } from "../shell/States";
import { Reasons } from "./Reasons";
import { askOf, FATES, FEEDBACK, USUAL, valueOf, type Tally } from "./report";
import styles from "./reports.module.css";
import { Untold } from "./Untold";
import { useToldDelivery } from "./deliveries";

const COLUMNS = ["targeted", "discarded", ...FATES, ...FEEDBACK] as const;
/** Numbers of which the share of those sent says more. */
const SHARES: ReadonlySet<string> = new Set(FEEDBACK);
type Row = Tally & { node?: string };

export function Messages({ report }: { report: Report }) {
  const { t } = useTranslation();
  const [by, setBy] = useState<"channels" | "messages">("channels");
  if (!report.channels.length)
    return <Empty icon={IconMailOff} title={t("reports.noMessages")} text={t("reports.noMessagesText")} />;
  const discarded: Record<string, number> = {};
  for (const tally of report.channels)
    for (const [reason, value] of Object.entries(tally.discarded))
      discarded[reason] = (discarded[reason] ?? 0) + value;
  return (
    <div className={styles.stack}>
      <section className={styles.sheet} aria-labelledby="messages">
        <Group justify="space-between" className={styles.sheetHead}>
          <Title order={2} fz={15} id="messages">
            {t("reports.messages")}
          </Title>
          <Group gap={6}>
            {report.kind !== "triggered" && (
              <SegmentedControl
                aria-label={t("reports.rows")}
                data={(["channels", "messages"] as const).map((value) => ({
                  value,
                  label: t(`reports.by.${value}`),
                }))}
                value={by}
                onChange={setBy}
              />
            )}
            <ExportLink href={exportOf(report.id, by)} of={t("reports.messages")} />
          </Group>
        </Group>
        <Tallies document={report.id} rows={report[by]} />
      </section>
      <Reasons
        document={report.id}
        title={t("reports.discarded")}
        reasons={discarded}
        behind="discard"
        empty={t("reports.noneDiscarded")}
      />
    </div>
  );
}

function Tallies({ document, rows }: { document: string; rows: Row[] }) {
  const { t } = useTranslation();
  const columns = COLUMNS.filter((name) => USUAL.has(name) || rows.some((row) => valueOf(row, name) > 0));
  return (
    <div className={styles.scroll} tabIndex={0} role="group" aria-labelledby="messages">
      <Table fz="sm" horizontalSpacing="sm" className={styles.tallies}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("reports.channel")}</Table.Th>
            {columns.map((name) => (
              <Table.Th key={name} ta="end">
                {t(`reports.columns.${name}`)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={`${row.node ?? ""}/${row.channel}`}>
              <Table.Th scope="row">
                <RowName row={row} />
              </Table.Th>
              {columns.map((name) => (
                <Table.Td key={name} ta="end">
                  <Cell document={document} row={row} name={name} />
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function RowName({ row }: { row: Row }) {
  const word = useWord();
  const channel = word("values", row.channel);
  if (row.node === undefined) return channel;
  return (
    <>
      <Text size="sm" fw={560}>
        {row.node}
      </Text>
      <Text size="xs" c="dimmed">
        {channel}
      </Text>
    </>
  );
}

function Cell({ document, row, name }: { document: string; row: Row; name: (typeof COLUMNS)[number] }) {
  const { t } = useTranslation();
  const word = useWord();
  const isTold = useToldDelivery();
  const value = valueOf(row, name);
  const what = [row.node ?? word("values", row.channel), t(`reports.columns.${name}`)].join(", ");
  if (name === "delivered" && value === 0 && row.sent > 0 && !isTold(row.channel)) return <Untold />;
  return (
    <>
      <Count
        document={document}
        value={value}
        of={what}
        ask={{ ...askOf(name), channel: row.channel, node: row.node }}
      />
      {SHARES.has(name) && row.sent > 0 && (
        <Text size="xs" c="dimmed" className="numbers">
          {percent(value / row.sent)}
        </Text>
      )}
    </>
  );
}
