/** Exact counts on the canvas: rows of each transition, messages of each activity that sends, what a run does. */
import { useTranslation } from "react-i18next";
import type { Link } from "../canvas/graph";
import canvas from "../canvas/Canvas.module.css";
import { number, short } from "../i18n/format";
import type { Step } from "../model";
import { rowsOf, stateIn, useBook } from "./book";
import styles from "./campaigns.module.css";

export function LinkCount({ link }: { link: Link }) {
  const { t } = useTranslation();
  const book = useBook();
  const transition = link.exit?.outcome;
  const rows = transition === undefined ? null : rowsOf(book, transition);
  if (transition === undefined || rows === null) return null;
  const said = t("campaign.rowsHere", { value: number(rows), transition });
  return (
    <button
      type="button"
      className={`${canvas.taken ?? ""} numbers`}
      data-empty={rows === 0 || undefined}
      data-old={(book.counting.isCounting && !book.run) || undefined}
      data-transition={transition}
      aria-label={said}
      title={said}
      onClick={() => book.look(transition)}
    >
      {short(rows)}
    </button>
  );
}

export function StepCount({ step }: { step: Step }) {
  const { t } = useTranslation();
  const book = useBook();
  const state = stateIn(book.run, step.id);
  const counted = book.run ? undefined : book.counting.byTransition.get(step.id);
  const failed = book.run?.activities.find((one) => one.id === step.id)?.error ?? counted?.error ?? null;
  if (state)
    return (
      <span className={styles.state} data-state={state} title={failed ?? undefined}>
        {t(`campaign.tasks.${state}`)}
      </span>
    );
  if (failed)
    return (
      <span className={styles.state} data-state="failed" title={failed}>
        {t("campaign.cannotCount")}
      </span>
    );
  if (!counted?.sends || counted.rows == null) return null;
  const said = t("campaign.messages", { count: counted.rows, value: number(counted.rows) });
  return (
    <button
      type="button"
      className={`${styles.messages ?? ""} numbers nodrag`}
      data-messages={step.id}
      onClick={(event) => {
        event.stopPropagation();
        book.look(step.id);
      }}
    >
      {said}
    </button>
  );
}

export function StartCount() {
  const { t } = useTranslation();
  const { run } = useBook();
  if (!run) return null;
  return (
    <span className={styles.state} data-state={run.state}>
      {t("campaign.runs.one", { number: run.run })}
    </span>
  );
}
