import { IconAlertTriangle, IconCircleX } from "@tabler/icons-react";
import type { Problem } from "../api/types";
import { Marked, Said } from "../profiles/Said";
import { problemWords } from "./problemWords";
import styles from "./SidePanel.module.css";

/** A problem with what to do about it. */
export function ProblemNote({ problem, where }: { problem: Problem; where?: string | undefined }) {
  return (
    <div className={styles.problem} data-severity={problem.severity}>
      {problem.severity === "error" ? <IconCircleX size={15} /> : <IconAlertTriangle size={15} />}
      <span>
        {where !== undefined && <b className="code">{where}: </b>}
        <Marked text={problemWords(problem)} />
        {problem.hint && (
          <span className={styles.hint}>
            {" "}
            <Said text={problem.hint} />
          </span>
        )}
      </span>
    </div>
  );
}
