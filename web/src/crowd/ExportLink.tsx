/** A table as a file for a spreadsheet. */
import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { at } from "../root";

export function ExportLink({ href, of }: { href: string; of?: string }) {
  const { t } = useTranslation();
  const label = of === undefined ? {} : { "aria-label": `${t("crowd.csv")}: ${of}` };
  return (
    <Button
      component="a"
      href={at(href)}
      download
      variant="subtle"
      color="gray"
      leftSection={<IconDownload size={14} aria-hidden />}
      {...label}
    >
      {t("crowd.csv")}
    </Button>
  );
}
