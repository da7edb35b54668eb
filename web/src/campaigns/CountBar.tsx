/** What the numbers on the canvas are: of the draft, just now, or of a run. */
import { ActionIcon, Loader, Select, Text, Tooltip } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { instant, number } from "../i18n/format";
import { told } from "../i18n/told";
import { useBook } from "./book";
import styles from "./campaigns.module.css";

const DRAFT = "draft";

export function CountBar() {
  const { t } = useTranslation();
  const { counting, runs, run, showRun } = useBook();
  const options = [
    { value: DRAFT, label: t("campaign.ofDraft") },
    ...runs.map((one) => ({
      value: String(one.run),
      label: t("campaign.ofRun", { number: one.run, at: instant(one.started_at) }),
    })),
  ];
  return (
    <div className={styles.countBar}>
      {!run && (
        <Text size="xs" c="dimmed" role="status" className="numbers" visibleFrom="md">
          {counting.isCounting
            ? t("campaign.counting")
            : counting.error
              ? told(counting.error.message)
              : counting.tookMs !== null &&
                t("campaign.counted", { value: number(Math.ceil(counting.tookMs)) })}
        </Text>
      )}
      {runs.length > 0 && (
        <Select
          size="xs"
          w={222}
          visibleFrom="sm"
          aria-label={t("campaign.shown")}
          data={options}
          value={run ? String(run.run) : DRAFT}
          allowDeselect={false}
          onChange={(next) => showRun(next === DRAFT || next === null ? null : Number(next))}
        />
      )}
      <Tooltip label={t("campaign.countAgain")}>
        <ActionIcon
          size={30}
          variant="default"
          aria-label={t("campaign.countAgain")}
          disabled={run !== null}
          onClick={counting.again}
        >
          {counting.isCounting ? <Loader size={14} /> : <IconRefresh size={15} />}
        </ActionIcon>
      </Tooltip>
    </div>
  );
}
