/** What differs: fields side by side, or lines of a text. */
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Approval } from "../api/types";
import { Changes } from "../publish/Changes";
import styles from "./approvals.module.css";

type Found = Approval["changes"][number]["difference"];

export function Difference({ difference: { changes, text, truncated } }: { difference: Found }) {
  const { t } = useTranslation();
  const lines = text ?? wholeOf(changes);
  return (
    <>
      {lines ? (
        <pre className={styles.lines}>
          {lines.split("\n").map((line, index) => (
            <span key={index} data-sign={line.charAt(0)}>
              {line}
              {"\n"}
            </span>
          ))}
        </pre>
      ) : (
        <Changes changes={changes.map((change) => ({ ...change, kind: kindOf(change) }))} />
      )}
      {truncated && (
        <Text size="xs" c="dimmed">
          {t("approvals.truncated")}
        </Text>
      )}
    </>
  );
}

/** A document that is new, or gone, is shown as a whole, line by line. */
function wholeOf(changes: Found["changes"]): string | null {
  const [only, ...others] = changes;
  if (!only || others.length > 0 || only.path !== "") return null;
  const sign = only.before == null ? "+" : "-";
  const value = JSON.stringify(only.before ?? only.after, null, 2);
  return value.replace(/^/gm, sign);
}

/** A side that was not there is left out, or null. */
function kindOf({ before, after }: Found["changes"][number]): "added" | "removed" | "changed" {
  if (before == null) return "added";
  return after == null ? "removed" : "changed";
}
