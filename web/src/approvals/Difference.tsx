/** What differs: fields side by side, or lines of a text. */
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Approval } from "../api/types";
import { Changes } from "../publish/Changes";
import styles from "./approvals.module.css";

type Found = Approval["changes"][number]["difference"];

export function Difference({ difference: { changes, text, truncated } }: { difference: Found }) {
  const { t } = useTranslation();
  return (
    <>
      {text ? (
        <pre className={styles.lines}>
          {text.split("\n").map((line, index) => (
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

/** A side that was not there is left out, or null. */
function kindOf({ before, after }: Found["changes"][number]): "added" | "removed" | "changed" {
  if (before == null) return "added";
  return after == null ? "removed" : "changed";
}
