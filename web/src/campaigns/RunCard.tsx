import { Button, Group, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useTranslation } from "react-i18next";
import type { CampaignRun } from "../api/types";
import { useActs } from "../canvas/acts";
import { useScene } from "../canvas/scene";
import { instant, number } from "../i18n/format";
import { useWord } from "../i18n/words";
import { Said } from "../profiles/Said";
import { useMay } from "../session/session";
import { useBook } from "./book";
import styles from "./campaigns.module.css";
import { useRunCommand } from "./runs";

interface Props {
  run: CampaignRun;
  isNewest: boolean;
  id: string;
}

/** One run: its activities with their states and rows, what they said, and what one can do about it. */
export function RunCard({ run, isNewest, id }: Props) {
  const { t } = useTranslation();
  const book = useBook();
  const isShown = book.run?.run === run.run;
  return (
    <section
      className={styles.card}
      data-run={run.run}
      data-shown={isShown || undefined}
      aria-label={t("campaign.runs.one", { number: run.run })}
    >
      <Group justify="space-between" wrap="nowrap">
        <Text fw={600}>{t("campaign.runs.one", { number: run.run })}</Text>
        <span className={`${styles.state ?? ""} ${styles.chip ?? ""}`} data-state={run.state}>
          {t(`campaign.runStates.${run.state}`)}
        </span>
      </Group>
      <Text size="xs" c="dimmed" className="numbers">
        {instant(run.started_at, true)}
        {run.ended_at && ` – ${instant(run.ended_at, true)}`}
      </Text>
      {run.confirmed_at && (
        <Text size="xs" c="dimmed">
          {t("campaign.runs.confirmedAt", { at: instant(run.confirmed_at, true) })}
        </Text>
      )}
      <Tasks run={run} />
      {run.alerts.map((alert, index) => (
        <p key={index} className={styles.reason}>
          {[alert.from, alert.title, alert.message].filter(Boolean).join(" · ")}
        </p>
      ))}
      <Group gap={6} mt={8}>
        <Button
          size="compact-sm"
          variant={isShown ? "light" : "default"}
          onClick={() => book.showRun(isShown ? null : run.run)}
        >
          {isShown ? t("campaign.runs.shown") : t("campaign.runs.show")}
        </Button>
        {isNewest && <Commands run={run} id={id} />}
      </Group>
    </section>
  );
}

function Tasks({ run }: { run: CampaignRun }) {
  const { t } = useTranslation();
  const word = useWord();
  const { steps } = useScene();
  const acts = useActs();
  const book = useBook();
  const look = (transition: string): void => {
    book.showRun(run.run);
    book.look(transition);
  };
  return (
    <div className={styles.tasks} role="list">
      {run.activities.map((task) => {
        const type = steps.find((step) => step.id === task.id)?.type;
        const gave = run.transitions.filter((one) => one.from.split(".")[0] === task.id);
        return (
          <div key={task.id} role="listitem">
            <div className={styles.task}>
              <button
                type="button"
                className={`code ${styles.pick ?? ""}`}
                onClick={() => acts.choose([task.id])}
              >
                {task.id}
                {type && <span className={styles.type}>{word("activities", type)}</span>}
              </button>
              <span className={`${styles.state ?? ""} ${styles.chip ?? ""}`} data-state={task.state}>
                {t(`campaign.tasks.${task.state}`)}
              </span>
            </div>
            {task.error && (
              <p className={styles.reason}>
                {task.code && !task.error.includes(task.code) && <span className="code">{task.code} </span>}
                <Said text={task.error} />
              </p>
            )}
            {task.due_at && task.state === "waiting" && (
              <Text size="xs" c="dimmed">
                {t("campaign.runs.dueAt", { at: instant(task.due_at) })}
              </Text>
            )}
            <Group gap={4}>
              {gave.map((one) => (
                <Button
                  key={one.from}
                  size="compact-xs"
                  variant="subtle"
                  className="numbers"
                  onClick={() => look(one.from)}
                >
                  {one.from === task.id
                    ? t("campaign.rows", { count: one.rows, value: number(one.rows) })
                    : t("campaign.outletRows", {
                        outlet: one.from.slice(task.id.length + 1),
                        value: number(one.rows),
                      })}
                </Button>
              ))}
            </Group>
          </div>
        );
      })}
    </div>
  );
}

function Commands({ run, id }: { run: CampaignRun; id: string }) {
  const { t } = useTranslation();
  const command = useRunCommand(id);
  const mayPublish = useMay("publish");
  const waits = run.activities.filter((task) => task.state === "unconfirmed");
  if (!mayPublish) return null;
  const confirm = (): void => {
    modals.openConfirmModal({
      title: t("campaign.confirm.ask", { number: run.run }),
      children: (
        <Text>{t("campaign.confirm.askText", { ids: waits.map((task) => task.id).join(", ") })}</Text>
      ),
      labels: { confirm: t("campaign.confirm.do"), cancel: t("actions.cancel") },
      onConfirm: () => command.mutate("confirm"),
    });
  };
  return (
    <>
      {waits.length > 0 && run.confirmed_at === null && (
        <Button size="compact-sm" loading={command.isPending} onClick={confirm}>
          {t("campaign.confirm.do")}
        </Button>
      )}
      {run.state === "failed" && (
        <Button size="compact-sm" loading={command.isPending} onClick={() => command.mutate("retry")}>
          {t("campaign.runs.retry")}
        </Button>
      )}
    </>
  );
}
