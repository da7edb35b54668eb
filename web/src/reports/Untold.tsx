/** In place of a number that nobody can know. */
import { Tooltip } from "@mantine/core";
import { useTranslation } from "react-i18next";

export function Untold() {
  const { t } = useTranslation();
  return (
    <Tooltip label={t("reports.untold")} multiline maw={280}>
      <span tabIndex={0} role="note" aria-label={t("reports.untold")}>
        –
      </span>
    </Tooltip>
  );
}
