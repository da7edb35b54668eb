/** The count in one line, under a condition in a narrow form. */
import { Loader, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { number, percent } from "../i18n/format";
import type { Json } from "../model";
import { useCount } from "./counting";
import { isWhole } from "./tree";

export function CountLine({ condition }: { condition: Json | undefined }) {
  const { t } = useTranslation();
  const question = condition !== undefined && isWhole(condition) ? { condition } : null;
  const { counted, error, isCounting } = useCount(question, 0);
  if (question === null || error) return <span />;
  return (
    <Text size="xs" c="dimmed" className="numbers" aria-live="polite">
      {isCounting && <Loader size={10} me={6} />}
      {counted &&
        t("rules.line", {
          count: counted.count,
          shown: number(counted.count),
          of: number(counted.of),
          share: percent(counted.of ? counted.count / counted.of : 0),
        })}
    </Text>
  );
}
