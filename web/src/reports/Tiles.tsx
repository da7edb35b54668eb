/** The numbers that matter most, over the whole document. */
import { useTranslation } from "react-i18next";
import type { Report } from "../api/types";
import { Count } from "../crowd/Count";
import { percent } from "../i18n/format";
import { Facts } from "../shell/Facts";
import { askOf, valueOf } from "./report";

const OF_MESSAGES = ["targeted", "sent", "delivered", "opened", "clicked"] as const;

export function Tiles({ report }: { report: Report }) {
  const { t } = useTranslation();
  const { id, passages, channels, conversions } = report;
  const sum = (name: string): number => channels.reduce((all, tally) => all + valueOf(tally, name), 0);
  const sent = sum("sent");
  const tiles: { name: string; value: number; ask: Record<string, string>; of?: number }[] = [
    { name: "entered", value: passages.entered, ask: { behind: "entered" } },
    { name: "inside", value: passages.inside, ask: { behind: "inside" } },
    ...OF_MESSAGES.map((name) => ({
      name,
      value: sum(name),
      ask: askOf(name),
      ...(name === "targeted" || name === "sent" ? {} : { of: sent }),
    })),
  ];
  const converted = conversions.reduce((all, row) => all + row.converted, 0);
  if (conversions.length) tiles.push({ name: "converted", value: converted, ask: { behind: "converted" } });
  return (
    <Facts
      facts={tiles.map(({ name, value, ask, of }) => {
        const label = t(`reports.columns.${name as "sent"}`);
        const shown = (
          <>
            <Count document={id} value={value} of={label} ask={ask} isShort />
            {of !== undefined && of > 0 && <small>{percent(value / of)}</small>}
          </>
        );
        return { name, label, shown };
      })}
    />
  );
}
