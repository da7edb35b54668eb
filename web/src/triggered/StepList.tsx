/** All steps with what they say so far; a click opens one. */
import { useTranslation } from "react-i18next";
import { worst, type Placed } from "../canvas/problems";
import type { Doc } from "../model";
import { NUMBERED, stepAt, STEPS, type FormStep } from "./steps";
import { summaryOf } from "./summaries";
import styles from "./triggered.module.css";

interface Props {
  document: Doc;
  problems: readonly Placed[];
  open: FormStep["id"];
  onOpen: (step: FormStep["id"]) => void;
}

export function StepList({ document, problems, open, onOpen }: Props) {
  const { t } = useTranslation();
  return (
    <nav className={styles.steps} aria-label={t("triggered.steps")}>
      <ol>
        {STEPS.map((step, index) => {
          const severity = worst(problems.filter((problem) => stepAt(problem.field) === step.id));
          const summary = summaryOf(step.id, document);
          return (
            <li key={step.id}>
              <button
                type="button"
                className={styles.step}
                data-severity={severity ?? undefined}
                aria-current={step.id === open ? "step" : undefined}
                onClick={() => onOpen(step.id)}
              >
                <span className={styles.number} aria-hidden>
                  {index < NUMBERED ? index + 1 : <step.icon size={14} />}
                </span>
                <span className={styles.stepWords}>
                  <span className={styles.stepTitle}>{t(`triggered.step.${step.id}`)}</span>
                  <span className={styles.stepSummary}>{summary || t("canvas.unsaid")}</span>
                </span>
              </button>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
