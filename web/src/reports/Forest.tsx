/** The intervals of one group as lines, beside the line of no difference. */
import { useTranslation } from "react-i18next";
import { apart, type Goal, type GroupResult } from "./results";
import styles from "./reports.module.css";

const [WIDTH, HEIGHT] = [190, 34];

interface Props {
  group: GroupResult;
  reach: [number, number];
  measure: Goal["measure"];
}

export function Forest({ group, reach: [low, high], measure }: Props) {
  const { t } = useTranslation();
  const at = (value: number): number => ((value - low) / (high - low)) * WIDTH;
  const { fixed, anytime, difference } = group;
  const label = t("experiment.forest", {
    group: group.name,
    difference: apart(difference ?? 0, measure),
  });
  return (
    <svg width={WIDTH} height={HEIGHT} role="img" aria-label={label} className={styles.forest}>
      <line x1={at(0)} x2={at(0)} y1={0} y2={HEIGHT} data-zero />
      {anytime && <line x1={at(anytime.low)} x2={at(anytime.high)} y1={23} y2={23} data-anytime />}
      {fixed && <line x1={at(fixed.low)} x2={at(fixed.high)} y1={11} y2={11} data-fixed />}
      {difference !== null && <circle cx={at(difference)} cy={11} r={4} />}
    </svg>
  );
}
