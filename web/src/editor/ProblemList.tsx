/** All problems of a document; one goes to the place by choosing one. */
import { IconAlertTriangle, IconCircleCheck, IconCircleX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Placed } from "../canvas/problems";
import { problemWords } from "../canvas/problemWords";
import styles from "../canvas/SidePanel.module.css";
import { told } from "../i18n/told";
import { Empty } from "../shell/States";

export function ProblemList({
  problems,
  onGo,
}: {
  problems: readonly Placed[];
  onGo: (problem: Placed) => void;
}) {
  const { t } = useTranslation();
  if (!problems.length)
    return <Empty icon={IconCircleCheck} title={t("problems.none")} text={t("problems.noneText")} />;
  return (
    <div className={styles.inspector} role="list" aria-live="polite">
      {problems.map((problem, index) => (
        <div role="listitem" key={`${problem.code}${problem.path}${index}`}>
          <button
            type="button"
            className={`${styles.problem ?? ""} ${styles.go ?? ""}`}
            data-severity={problem.severity}
            onClick={() => onGo(problem)}
          >
            {problem.severity === "error" ? <IconCircleX size={15} /> : <IconAlertTriangle size={15} />}
            <span>
              <span className={styles.where}>
                {[problem.step, problem.field, problem.code].filter(Boolean).join(" · ")}
              </span>
              {problemWords(problem)}
              {problem.hint && <span className={styles.hint}> {told(problem.hint)}</span>}
            </span>
          </button>
        </div>
      ))}
    </div>
  );
}
