import { IconAlertTriangle, IconCircleX } from "@tabler/icons-react";
import type { Problem } from "../api/types";
import { told } from "../i18n/told";
import styles from "./SidePanel.module.css";

/** A problem with what to do about it. */
export function ProblemNote({ problem }: { problem: Problem }) {
  return (
    <div className={styles.problem} data-severity={problem.severity}>
      {problem.severity === "error" ? <IconCircleX size={15} /> : <IconAlertTriangle size={15} />}
      <span>
        {told(problem.message)}
        {problem.hint && <span className={styles.hint}> {told(problem.hint)}</span>}
      </span>
    </div>
  );
}
