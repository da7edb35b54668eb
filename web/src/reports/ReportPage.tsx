/** The report of one document. */
import { ActionIcon, Group, Tabs, Text, Tooltip } from "@mantine/core";
import { IconArrowLeft, IconPencil } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { useDrafts } from "../api/hooks";
import type { Report } from "../api/types";
import { addressOf } from "../documents/sections";
import { State } from "../documents/State";
import { instant } from "../i18n/format";
import { useWord } from "../i18n/words";
import { Failed, Loading } from "../shell/States";
import { reportOf } from "./addresses";
import { Breakdowns } from "./Breakdowns";
import { ExperimentPart } from "./ExperimentPart";
import { Funnel } from "./Funnel";
import { Messages } from "./Messages";
import { OverTime } from "./OverTime";
import { useReport } from "./report";
import styles from "./reports.module.css";
import { Standstill } from "./Standstill";
import { Tiles } from "./Tiles";

const PARTS = [
  { id: "funnel", part: Funnel },
  { id: "messages", part: Messages },
  { id: "time", part: OverTime },
  { id: "by", part: Breakdowns },
  { id: "experiment", part: ExperimentPart },
] as const satisfies readonly { id: string; part: (props: { report: Report }) => React.ReactNode }[];

export function ReportPage({ id, part }: { id: string; part: string }) {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const report = useReport(id);
  if (report.error && !report.data)
    return <Failed error={report.error} retry={() => void report.refetch()} back="/reports" />;
  if (!report.data) return <Loading height="60vh" />;
  const { data } = report;
  const shown = PARTS.filter((one) => one.id !== "experiment" || data.kind === "triggered");
  const here = shown.find((one) => one.id === part)?.id ?? "funnel";
  return (
    <div className={styles.page}>
      <Head report={data} />
      <Tiles report={data} />
      <Standstill report={data} />
      <Tabs
        value={here}
        onChange={(next) => go(next === "funnel" ? reportOf(id) : `${reportOf(id)}/${next ?? ""}`)}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          {shown.map((one) => (
            <Tabs.Tab key={one.id} value={one.id}>
              {t(`reports.parts.${one.id}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {shown.map(({ id: name, part: Part }) => (
          <Tabs.Panel key={name} value={name}>
            <Part report={data} />
          </Tabs.Panel>
        ))}
      </Tabs>
    </div>
  );
}

function Head({ report: { id, kind, state, since, until } }: { report: Report }) {
  const { t } = useTranslation();
  const word = useWord();
  const [, go] = useLocation();
  const draft = useDrafts().data?.find((one) => one.kind === kind && one.id === id);
  return (
    <Group gap={10} mb={16} wrap="nowrap" align="flex-start">
      <Tooltip label={t("reports.title")}>
        <ActionIcon aria-label={t("reports.back")} onClick={() => go("/reports")} mt={4}>
          <IconArrowLeft size={17} />
        </ActionIcon>
      </Tooltip>
      <div className={styles.names}>
        <Group gap={8}>
          <h1 className={styles.title}>{draft?.name ?? id}</h1>
          <State state={state} />
        </Group>
        <Text size="sm" c="dimmed">
          {word("kinds", kind)}
          {since && ` · ${t("reports.span", { since: instant(since), until: instant(until) })}`}
        </Text>
      </div>
      {draft && (
        <Tooltip label={t("reports.edit")}>
          <ActionIcon
            component={Link}
            href={addressOf(kind, id)}
            variant="default"
            size={30}
            ml="auto"
            aria-label={t("reports.edit")}
          >
            <IconPencil size={16} />
          </ActionIcon>
        </Tooltip>
      )}
    </Group>
  );
}
