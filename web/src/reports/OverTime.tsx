/** What happened when, by the clock of the user's zone. */
import { MultiSelect, SegmentedControl } from "@mantine/core";
import { IconChartBar } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Report } from "../api/types";
import { Chart } from "../charts/Chart";
import { exportOf, showCrowd } from "../crowd/crowd";
import { ExportLink } from "../crowd/ExportLink";
import { zoneNow } from "../i18n/format";
import { Empty, Failed, Loading } from "../shell/States";
import { filled, fitting, periodName, PERIODS, type Period } from "./periods";
import { askOf, FEEDBACK, useBreakdown } from "./report";
import styles from "./reports.module.css";

const ALL = ["entered", "sent", "discarded", "converted", ...FEEDBACK] as const;
type Metric = (typeof ALL)[number];
const FIRST: Metric[] = ["entered", "sent", "opened", "clicked"];

export function OverTime({ report }: { report: Report }) {
  const { t } = useTranslation();
  const [chosen, choose] = useState<Period | null>(null);
  const [metrics, setMetrics] = useState<Metric[]>(FIRST);
  const by = chosen ?? fitting(report.since, report.until);
  const wish = { by, zone: zoneNow() };
  const found = useBreakdown(report.id, wish);
  if (found.error) return <Failed error={found.error} />;
  if (!found.data) return <Loading />;
  if (!found.data.rows.length) return <Empty icon={IconChartBar} title={t("reports.nobodyYet")} />;
  // The rows that are shown meanwhile are of another period.
  const rows = found.isPlaceholderData ? found.data.rows : filled(found.data.rows, by);
  const shown = ALL.filter((name) => metrics.includes(name));
  return (
    <div className={styles.stack}>
      <div className={styles.tools}>
        <SegmentedControl
          aria-label={t("reports.period")}
          data={PERIODS.map((value) => ({ value, label: t(`reports.periods.${value}`) }))}
          value={by}
          onChange={(value) => choose(value)}
        />
        <MultiSelect
          aria-label={t("reports.metrics")}
          data={ALL.map((value) => ({ value, label: t(`reports.columns.${value}`) }))}
          value={metrics}
          onChange={(next) => next.length > 0 && setMetrics(next)}
          className={styles.metrics}
          hidePickedOptions
        />
        <ExportLink href={exportOf(report.id, "breakdown", wish)} of={t("reports.parts.time")} />
      </div>
      <Chart
        title={t("reports.overTime", { zone: wish.zone })}
        places={t(`reports.periods.${by}`)}
        kind="bar"
        height={320}
        labels={rows.map((row) => periodName(row.key ?? "", by))}
        series={shown.map((name) => ({
          name: t(`reports.columns.${name}`),
          values: rows.map((row) => row.counts[name] ?? 0),
        }))}
        onPick={(series, place) => {
          const [name, row] = [shown[series], rows[place]];
          if (!name || !row?.counts[name]) return;
          const title = `${t(`reports.columns.${name}`)}, ${periodName(row.key ?? "", by)}`;
          showCrowd({ document: report.id, title, ask: { ...askOf(name), ...wish, key: row.key } });
        }}
      />
    </div>
  );
}
