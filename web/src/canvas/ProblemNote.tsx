import { IconAlertTriangle, IconCircleX } from "@tabler/icons-react";
import type { Problem } from "../api/types";
import styles from "./SidePanel.module.css";

/** A problem with what to do about it. */
export function ProblemNote({ problem }: { problem: Problem }) {
  return (
    <div className={styles.problem} data-severity={problem.severity}>
      {problem.severity === "error" ? <IconCircleX size={15} /> : <IconAlertTriangle size={15} />}
      <span>
        {problem.message}
        {problem.hint && <span className={styles.hint}> {problem.hint}</span>}
      </span>
    </div>
  );
}
