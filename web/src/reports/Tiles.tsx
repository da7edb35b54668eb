/** The numbers that matter most, over the whole document. */
import { useTranslation } from "react-i18next";
import type { Report } from "../api/types";
import { Count } from "../crowd/Count";
import { percent } from "../i18n/format";
import { Facts } from "../shell/Facts";
import { askOf, valueOf } from "./report";
import { Untold } from "./Untold";
import { useToldDelivery } from "./deliveries";

const OF_MESSAGES = ["targeted", "sent", "pending", "delivered", "opened", "clicked"] as const;
/** Numbers of messages of which no share of those sent is told. */
const WHOLE: ReadonlySet<string> = new Set(["targeted", "sent", "pending"]);

export function Tiles({ report }: { report: Report }) {
  const { t } = useTranslation();
  const { id, passages, channels, conversions } = report;
  const isTold = useToldDelivery();
  const tellsNothing =
    channels.every((tally) => valueOf(tally, "delivered") === 0) &&
    !channels.some(({ channel }) => isTold(channel));
  const sum = (name: string): number => channels.reduce((all, tally) => all + valueOf(tally, name), 0);
  const sent = sum("sent");
  const tiles: { name: string; value: number; ask: Record<string, string>; of?: number }[] = [
    { name: "entered", value: passages.entered, ask: { behind: "entered" } },
    { name: "inside", value: passages.inside, ask: { behind: "inside" } },
    ...OF_MESSAGES.filter((name) => name !== "pending" || sum(name) > 0).map((name) => ({
      name,
      value: sum(name),
      ask: askOf(name),
      ...(WHOLE.has(name) ? {} : { of: sent }),
    })),
  ];
  const goal = conversions[0]?.goal;
  const ofGoal = conversions.filter((row) => row.goal === goal);
  if (goal !== undefined) {
    const value = ofGoal.reduce((all, row) => all + row.converted, 0);
    tiles.push({ name: "converted", value, ask: { behind: "converted", name: goal } });
  }
  const hasControl = ofGoal.some((row) => row.variant === "control");
  return (
    <Facts
      facts={tiles.map(({ name, value, ask, of }) => {
        const isGoal = name === "converted" && goal !== undefined;
        const label = isGoal ? t("reports.convertedTo", { goal }) : t(`reports.columns.${name as "sent"}`);
        const shown =
          name === "delivered" && tellsNothing && sent > 0 ? (
            <Untold />
          ) : (
            <>
              <Count document={id} value={value} of={label} ask={ask} isShort />
              {of !== undefined && of > 0 && <small>{percent(value / of)}</small>}
              {isGoal && hasControl && <small>{t("reports.withControl")}</small>}
            </>
          );
        return { name, label, shown };
      })}
    />
  );
}
