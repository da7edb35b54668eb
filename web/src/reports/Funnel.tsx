/** How far profiles came: each node with those who came, who are there, and where they went. */
import { Alert, Group, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Report } from "../api/types";
import { Count } from "../crowd/Count";
import { exportOf } from "../crowd/crowd";
import { ExportLink } from "../crowd/ExportLink";
import { percent } from "../i18n/format";
import { useWord } from "../i18n/words";
import { Reasons } from "./Reasons";
import styles from "./reports.module.css";

const ENDS = ["completed", "exited", "timed_out", "failed", "stopped"] as const;
/** Ways out of a triggered message that are no links: it ended there. */
const ENDINGS: ReadonlySet<string> = new Set([
  ...ENDS,
  "exit_criteria",
  "validation_failed",
  "bad_wait",
  "outside_duration",
]);

export function Funnel({ report }: { report: Report }) {
  const { t } = useTranslation();
  const word = useWord();
  const { id, passages, nodes, refused } = report;
  const most = Math.max(passages.entered, ...nodes.map((node) => node.entered), 1);
  return (
    <div className={styles.stack}>
      <section className={styles.sheet} aria-labelledby="funnel">
        <Group justify="space-between" className={styles.sheetHead}>
          <Title order={2} fz={15} id="funnel">
            {t("reports.funnel")}
          </Title>
          <ExportLink href={exportOf(id, "nodes")} of={t("reports.funnel")} />
        </Group>
        {nodes.length === 0 && (
          <Text c="dimmed" p="md">
            {t("reports.noNodes")}
          </Text>
        )}
        <ol className={styles.funnel}>
          {nodes.map((node) => (
            <li key={node.id}>
              <div className={styles.node}>
                <Text fw={560} truncate title={node.id}>
                  {node.id}
                </Text>
                <Text size="xs" c="dimmed">
                  {word("nodes", node.type)}
                </Text>
              </div>
              <div className={styles.reach}>
                <span className={styles.bar} aria-hidden>
                  <span style={{ width: `${(node.entered / most) * 100}%` }} />
                </span>
                <span className={styles.reached}>
                  <Count
                    document={id}
                    value={node.entered}
                    of={t("reports.cameTo", { node: node.id })}
                    ask={{ behind: "arrived", node: node.id }}
                  />
                  <small className="numbers">{percent(node.entered / most)}</small>
                </span>
                <Ways report={report} node={node} />
              </div>
            </li>
          ))}
        </ol>
      </section>
      <div className={styles.pair}>
        <section className={styles.sheet} aria-labelledby="ends">
          <Title order={2} fz={15} id="ends" className={styles.sheetHead}>
            {t("reports.ends")}
          </Title>
          <dl className={styles.facts}>
            {ENDS.map((state) => (
              <div key={state}>
                <dt>{word("states", state)}</dt>
                <dd>
                  <Count
                    document={id}
                    value={passages[state]}
                    of={word("states", state)}
                    ask={{ behind: "ended", name: state }}
                  />
                </dd>
              </div>
            ))}
          </dl>
        </section>
        <Reasons
          document={id}
          title={t("reports.refused")}
          reasons={refused}
          behind="refused"
          empty={t("reports.noneRefused")}
          table="refused"
        />
      </div>
      {passages.entered === 0 && <Alert color="gray">{t("reports.nobodyYet")}</Alert>}
    </div>
  );
}

function Ways({ report, node }: { report: Report; node: Report["nodes"][number] }) {
  const { t } = useTranslation();
  const word = useWord();
  const ways = Object.entries(node.left);
  return (
    <ul className={styles.ways}>
      {node.waiting > 0 && (
        <li data-waiting>
          {t("reports.areHere")}{" "}
          <Count
            document={report.id}
            value={node.waiting}
            of={t("reports.waitAt", { node: node.id })}
            ask={{ node: node.id }}
          />
        </li>
      )}
      {ways.map(([outcome, value]) => {
        const name = word("outcomes", outcome, word("reasons", outcome, outcome));
        const isEnd = report.kind !== "journey" && ENDINGS.has(outcome);
        return (
          <li key={outcome}>
            {name}{" "}
            <Count
              document={report.id}
              value={value}
              of={`${node.id} → ${name}`}
              ask={
                isEnd ? { behind: "ended", name: outcome, node: node.id } : { node: node.id, edge: outcome }
              }
            />
          </li>
        );
      })}
    </ul>
  );
}
