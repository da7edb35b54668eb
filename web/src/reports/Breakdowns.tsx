/** Messages by what they have in common: domain, link, variant, channel, the profile's local hour. */
import { SegmentedControl, Table, Text } from "@mantine/core";
import { IconChartBar } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Breakdown, Report } from "../api/types";
import { Chart } from "../charts/Chart";
import { Count } from "../crowd/Count";
import { exportOf } from "../crowd/crowd";
import { ExportLink } from "../crowd/ExportLink";
import { percent, zoneNow } from "../i18n/format";
import { useWord } from "../i18n/words";
import { Empty, Failed, Loading } from "../shell/States";
import { useToldDelivery } from "./deliveries";
import { askOf, FEEDBACK, useBreakdown, USUAL } from "./report";
import styles from "./reports.module.css";

const BYS = ["domain", "link", "variant", "local_hour", "channel"] as const;
type By = (typeof BYS)[number];
type Row = Breakdown["rows"][number];
const CHARTED = 24;
const SHOWN = 200;

export function Breakdowns({ report }: { report: Report }) {
  const { t } = useTranslation();
  const [by, setBy] = useState<By>("domain");
  const wish = { by, zone: zoneNow() };
  const found = useBreakdown(report.id, wish);
  const rows = found.data?.by === by ? found.data.rows : null;
  return (
    <div className={styles.stack}>
      <div className={styles.tools}>
        <SegmentedControl
          aria-label={t("reports.parts.by")}
          data={BYS.map((value) => ({ value, label: t(`reports.bys.${value}`) }))}
          value={by}
          onChange={setBy}
        />
        <ExportLink href={exportOf(report.id, "breakdown", wish)} of={t(`reports.bys.${by}`)} />
      </div>
      {found.error && <Failed error={found.error} />}
      {!rows && !found.error && <Loading />}
      {rows?.length === 0 && (
        <Empty icon={IconChartBar} title={t("reports.noneBy")} text={t(`reports.noneByText.${by}`)} />
      )}
      {rows && rows.length > 0 && <Found report={report} by={by} rows={rows} />}
    </div>
  );
}

function Found({ report, by, rows }: { report: Report; by: By; rows: Row[] }) {
  const { t } = useTranslation();
  const name = useKeyName(by);
  const document = report.id;
  const isTold = useToldDelivery();
  const isUntold = (column: string): boolean =>
    column === "delivered" && !report.channels.some(({ channel }) => isTold(channel));
  const hasSent = rows.some((row) => row.counts.sent);
  const columns = (["sent", ...FEEDBACK] as const).filter(
    (column) => rows.some((row) => row.counts[column]) || (hasSent && USUAL.has(column) && !isUntold(column)),
  );
  const bars = columns.filter((column) => ["sent", "opened", "clicked"].includes(column));
  const first = rows.slice(0, CHARTED);
  return (
    <>
      <Chart
        title={t(`reports.bys.${by}`)}
        places={t(`reports.bys.${by}`)}
        kind="bar"
        height={240}
        labels={first.map((row) => name(row.key))}
        series={bars.map((column) => ({
          name: t(`reports.columns.${column}`),
          values: first.map((row) => row.counts[column] ?? 0),
        }))}
      />
      <div className={styles.sheet}>
        <div className={styles.scroll} tabIndex={0} role="group" aria-label={t(`reports.bys.${by}`)}>
          <Table fz="sm" horizontalSpacing="sm" className={styles.tallies}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t(`reports.bys.${by}`)}</Table.Th>
                {columns.map((column) => (
                  <Table.Th key={column} ta="end">
                    {t(`reports.columns.${column}`)}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.slice(0, SHOWN).map((row) => (
                <Table.Tr key={row.key ?? "?"}>
                  <Table.Th scope="row" className={styles.key}>
                    {name(row.key)}
                  </Table.Th>
                  {columns.map((column) => (
                    <Table.Td key={column} ta="end">
                      <Count
                        document={document}
                        value={row.counts[column] ?? 0}
                        of={`${name(row.key)}, ${t(`reports.columns.${column}`)}`}
                        ask={{ ...askOf(column), by, key: row.key, zone: zoneNow() }}
                      />
                      {column !== "sent" && row.counts.sent ? (
                        <Text size="xs" c="dimmed" className="numbers">
                          {percent((row.counts[column] ?? 0) / row.counts.sent)}
                        </Text>
                      ) : null}
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      </div>
      {rows.length > SHOWN && (
        <Text c="dimmed">{t("reports.moreInFile", { count: rows.length - SHOWN })}</Text>
      )}
    </>
  );
}

function useKeyName(by: By): (key: string | null) => string {
  const { t } = useTranslation();
  const word = useWord();
  return (key) => {
    if (key === null) return t("reports.unknown");
    if (by === "channel") return word("values", key);
    return by === "local_hour" ? `${key.padStart(2, "0")}:00` : key;
  };
}
