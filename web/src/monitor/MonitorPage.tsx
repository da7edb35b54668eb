/** The monitor: how the whole workspace does, now and in the last hour. */
import { Alert, Title } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useStatus } from "../api/hooks";
import type { Monitor } from "../api/types";
import { Count } from "../crowd/Count";
import { CrowdPanel } from "../crowd/CrowdPanel";
import { short } from "../i18n/format";
import { span } from "../i18n/spans";
import { Facts } from "../shell/Facts";
import { Failed, Loading } from "../shell/States";
import { Channels } from "./Channels";
import { Curves } from "./Curves";
import { Documents } from "./Documents";
import { useMonitor } from "./monitor";
import styles from "./monitor.module.css";
import { Troubles } from "./Troubles";

const HOUR_MS = 3_600_000;

const before = (now: string, ms: number): string => new Date(Date.parse(now) - ms).toISOString();

export default function MonitorPage() {
  const { t } = useTranslation();
  const monitor = useMonitor();
  const status = useStatus();
  if (monitor.error && !monitor.data)
    return <Failed error={monitor.error} retry={() => void monitor.refetch()} />;
  if (!monitor.data) return <Loading height="60vh" />;
  return (
    <div className={styles.page}>
      <Title order={1} fz={22}>
        {t("monitor.title")}
      </Title>
      <p className={styles.about}>{t("monitor.about")}</p>
      {!monitor.data.running && (
        <Alert color="red" icon={<IconAlertTriangle size={18} />} mb="md">
          {t("monitor.stopped")}
        </Alert>
      )}
      <Now monitor={monitor.data} />
      <Curves monitor={monitor.data} />
      <div className={styles.columns}>
        <div className={styles.stack}>
          <Documents documents={status.data?.documents ?? []} />
          <Channels channels={monitor.data.channels} since={before(monitor.data.now, HOUR_MS)} />
        </div>
        <Troubles troubles={monitor.data.troubles} since={before(monitor.data.now, 24 * HOUR_MS)} />
      </div>
      <CrowdPanel />
    </div>
  );
}

function Now({ monitor }: { monitor: Monitor }) {
  const { t } = useTranslation();
  const { levels, rates } = monitor.series;
  const last = (list: number[] | undefined): number => list?.at(-1) ?? 0;
  const perSecond = (value: number): string => t("monitor.perSecond", { value: short(Math.round(value)) });
  const who = (id: "inside" | "outbox", value: number, behind: string) => (
    <Count document={null} value={value} of={t(`monitor.facts.${id}`)} ask={{ behind }} isShort />
  );
  const facts = [
    { id: "processed", shown: perSecond(last(rates.processed)), exact: last(rates.processed) },
    { id: "sent", shown: perSecond(last(rates.sent)), exact: last(rates.sent) },
    {
      id: "backlog",
      shown: short(monitor.appended - monitor.processed),
      exact: monitor.appended - monitor.processed,
    },
    { id: "lag", shown: span(monitor.lag_s), exact: monitor.lag_s },
    { id: "inside", shown: who("inside", last(levels.inside), "inside"), exact: last(levels.inside) },
    { id: "outbox", shown: who("outbox", last(levels.outbox), "pending"), exact: last(levels.outbox) },
  ] as const;
  return (
    <Facts
      label={t("monitor.now")}
      facts={facts.map(({ id, shown, exact }) => ({
        name: id,
        label: t(`monitor.facts.${id}`),
        shown,
        exact,
        isBad: id === "lag" && exact > 60,
      }))}
    />
  );
}
