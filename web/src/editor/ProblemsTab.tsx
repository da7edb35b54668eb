/** The tab of an editor that leads to its problems: how many there are, in the colour of the worst. */
import { Badge, Tabs } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Problem } from "../api/types";
import { worst } from "../canvas/problems";

export function ProblemsTab({ problems }: { problems: readonly Problem[] }) {
  const { t } = useTranslation();
  const severity = worst(problems);
  return (
    <Tabs.Tab
      value="problems"
      rightSection={
        severity && (
          <Badge
            size="xs"
            circle={problems.length < 10}
            variant="filled"
            color={severity === "error" ? "red" : "yellow"}
          >
            {problems.length}
          </Badge>
        )
      }
    >
      {t("panel.problems")}
    </Tabs.Tab>
  );
}
