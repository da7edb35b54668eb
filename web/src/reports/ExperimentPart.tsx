/** The variants beside the control group: lift, intervals, and whether the groups can be believed. */
import { Alert, Group, Select, Text, Title } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconFlask } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useVocabulary } from "../api/hooks";
import type { Experiment, Report } from "../api/types";
import { Count } from "../crowd/Count";
import { exportOf } from "../crowd/crowd";
import { ExportLink } from "../crowd/ExportLink";
import { number } from "../i18n/format";
import { Empty, Failed, Loading } from "../shell/States";
import { GoalTable } from "./GoalTable";
import { isNoExperiment, useExperiment } from "./report";
import { groupName, probability } from "./results";
import styles from "./reports.module.css";

const NUMERIC: ReadonlySet<string> = new Set(["number", "integer"]);

export function ExperimentPart({ report }: { report: Report }) {
  const { t } = useTranslation();
  const [value, setValue] = useState<string | null>(null);
  const found = useExperiment(report.id, value);
  const properties = useAmounts([...new Set(report.conversions.map((row) => row.goal))]);
  if (isNoExperiment(found.error))
    return <Empty icon={IconFlask} title={t("experiment.none")} text={t("experiment.noneText")} />;
  if (found.error) return <Failed error={found.error} retry={() => void found.refetch()} />;
  if (!found.data) return <Loading />;
  const { data } = found;
  return (
    <div className={styles.stack}>
      <Ratio experiment={data} document={report.id} />
      <Group justify="space-between" align="flex-end">
        <Text c="dimmed" maw={620} size="sm">
          {t("experiment.about", { confidence: number(Math.round(data.confidence * 100)) })}
        </Text>
        <Group gap={6} align="flex-end">
          {properties.length > 0 && (
            <Select
              label={t("experiment.value")}
              placeholder={t("experiment.noValue")}
              data={properties}
              value={value}
              onChange={setValue}
              clearable
            />
          )}
          <ExportLink
            href={exportOf(report.id, "experiment", { value })}
            of={t("reports.parts.experiment")}
          />
        </Group>
      </Group>
      {data.goals.map((goal) => (
        <GoalTable key={`${goal.goal}/${goal.measure}`} document={report.id} goal={goal} value={value} />
      ))}
    </div>
  );
}

/** Numbers that the goals' events bring along. */
function useAmounts(goals: string[]): string[] {
  const events = useVocabulary().data?.events ?? [];
  const names = events
    .filter((event) => goals.includes(event.id))
    .flatMap((event) => event.attributes.filter(({ type }) => NUMERIC.has(type)).map(({ name }) => name));
  return [...new Set(names)];
}

function Ratio({ experiment: { groups, ratio }, document }: { experiment: Experiment; document: string }) {
  const { t } = useTranslation();
  const Picture = ratio.alarm ? IconAlertTriangle : IconCircleCheck;
  return (
    <>
      {ratio.p !== null && (
        <Alert
          color={ratio.alarm ? "red" : "teal"}
          icon={<Picture size={18} />}
          title={ratio.alarm ? t("experiment.alarm") : t("experiment.even")}
        >
          {t(ratio.alarm ? "experiment.alarmText" : "experiment.evenText", { p: probability(ratio.p) })}
        </Alert>
      )}
      <section className={styles.sheet} aria-labelledby="groups">
        <Title order={2} fz={15} id="groups" className={styles.sheetHead}>
          {t("experiment.groups")}
        </Title>
        <dl className={styles.facts}>
          {groups.map((group) => (
            <div key={group.name}>
              <dt>{groupName(group.name)}</dt>
              <dd>
                <Count
                  document={document}
                  value={group.receipts}
                  of={groupName(group.name)}
                  ask={{ behind: "received", variant: group.name }}
                />
                {group.expected !== null && (
                  <small className="numbers">
                    {t("experiment.expected", { value: number(group.expected) })}
                  </small>
                )}
              </dd>
            </div>
          ))}
        </dl>
      </section>
    </>
  );
}
