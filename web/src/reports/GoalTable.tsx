/** One goal: each group's outcome, and how far it is from the control's. */
import { Badge, Table, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Count } from "../crowd/Count";
import { Forest } from "./Forest";
import {
  apart,
  groupName,
  lift,
  measured,
  probability,
  reach,
  verdict,
  type Goal,
  type GroupResult,
  type Interval,
} from "./results";
import styles from "./reports.module.css";

const COLORS = { better: "teal", worse: "red", open: "gray" } as const;

interface Props {
  document: string;
  goal: Goal;
  value: string | null;
}

export function GoalTable({ document, goal, value }: Props) {
  const { t } = useTranslation();
  const title =
    goal.measure === "rate"
      ? t("experiment.rateOf", { goal: goal.goal })
      : t("experiment.valueOf", { goal: goal.goal, value: value ?? "" });
  return (
    <section className={styles.sheet} aria-label={title}>
      <Title order={2} fz={15} className={styles.sheetHead}>
        {title}
      </Title>
      <div className={styles.scroll} tabIndex={0} role="group" aria-label={title}>
        <Table fz="sm" horizontalSpacing="sm" verticalSpacing="sm" className={styles.tallies}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("experiment.group")}</Table.Th>
              <Table.Th ta="end">{t("experiment.size")}</Table.Th>
              <Table.Th ta="end">{t(`experiment.totals.${goal.measure}`)}</Table.Th>
              <Table.Th ta="end">{t(`experiment.means.${goal.measure}`)}</Table.Th>
              <Table.Th ta="end">{t("experiment.lift")}</Table.Th>
              <Table.Th>{t("experiment.fixed")}</Table.Th>
              <Table.Th>{t("experiment.anytime")}</Table.Th>
              <Table.Th>{t("experiment.difference")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {goal.groups.map((group) => (
              <Row key={group.name} document={document} goal={goal} group={group} />
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </section>
  );
}

function Row({ document, goal, group }: { document: string; goal: Goal; group: GroupResult }) {
  const { t } = useTranslation();
  const { measure } = goal;
  const name = groupName(group.name);
  const isBeside = group.difference !== null;
  return (
    <Table.Tr>
      <Table.Th scope="row">{name}</Table.Th>
      <Table.Td ta="end">
        <Count
          document={document}
          value={group.n}
          of={`${name}, ${t("experiment.size")}`}
          ask={{ behind: "received", variant: group.name }}
        />
      </Table.Td>
      <Table.Td ta="end">
        <Count
          document={document}
          value={group.total}
          {...(measure === "rate" ? {} : { shown: measured(group.total, measure) })}
          of={`${name}, ${t("reports.columns.converted")}`}
          ask={{ behind: "converted", name: goal.goal, variant: group.name }}
        />
      </Table.Td>
      <Table.Td ta="end" className="numbers">
        {measured(group.mean, measure)}
      </Table.Td>
      <Table.Td ta="end" className="numbers">
        {group.lift === null ? "–" : lift(group.lift)}
      </Table.Td>
      <Table.Td>{isBeside && <Bounds interval={group.fixed} measure={measure} />}</Table.Td>
      <Table.Td>{isBeside && <Bounds interval={group.anytime} measure={measure} />}</Table.Td>
      <Table.Td>{isBeside && <Forest group={group} reach={reach(goal)} measure={measure} />}</Table.Td>
    </Table.Tr>
  );
}

function Bounds({ interval, measure }: { interval: Interval | null; measure: Goal["measure"] }) {
  const { t } = useTranslation();
  if (!interval)
    return (
      <Text size="sm" c="dimmed">
        {t("experiment.tooLittle")}
      </Text>
    );
  const said = verdict(interval);
  return (
    <>
      <Text size="sm" className="numbers">
        {apart(interval.low, measure)} … {apart(interval.high, measure)}
      </Text>
      <Badge color={COLORS[said]}>
        {t(`experiment.verdicts.${said}`)} · p {probability(interval.p)}
      </Badge>
    </>
  );
}
