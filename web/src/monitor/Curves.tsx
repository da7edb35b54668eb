/** The last hour as lines. */
import { useTranslation } from "react-i18next";
import { Chart } from "../charts/Chart";
import type { Monitor } from "../api/types";
import { clock } from "../i18n/spans";
import styles from "./monitor.module.css";

const CHARTS = [
  { id: "throughput", of: "rates", names: ["appended", "processed"], unit: "rate" },
  { id: "messages", of: "rates", names: ["decided", "sent", "failed"], unit: "rate" },
  { id: "queues", of: "levels", names: ["backlog", "outbox", "held", "queued", "calling"] },
  { id: "lag", of: "levels", names: ["lag_s"], unit: "seconds" },
  { id: "people", of: "levels", names: ["inside"] },
  { id: "losses", of: "rates", names: ["rejected", "discarded", "feedback"], unit: "rate" },
] as const;
const BAD: ReadonlySet<string> = new Set(["failed", "rejected"]);

export function Curves({ monitor: { series } }: { monitor: Monitor }) {
  const { t } = useTranslation();
  const labels = series.at.map((at) => clock(at));
  return (
    <section className={styles.curves} aria-label={t("monitor.hour")}>
      {CHARTS.map((chart) => (
        <Chart
          key={chart.id}
          title={t(`monitor.charts.${chart.id}`)}
          places={t("monitor.at")}
          kind="line"
          height={150}
          labels={labels}
          {...("unit" in chart ? { unit: chart.unit } : {})}
          series={chart.names.map((name) => ({
            name: t(`monitor.series.${name}`),
            values: series[chart.of][name] ?? [],
            isBad: BAD.has(name),
          }))}
        />
      ))}
    </section>
  );
}
