/** How many parts a text message takes, as the server counts them. */
import { Badge, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { number } from "../i18n/format";
import { usePreview } from "./previewing";

export function SegmentsNote() {
  const { t } = useTranslation();
  const found = usePreview().data?.segments;
  if (!found) return null;
  return (
    <Group gap={8} mt={6} aria-live="polite">
      <Badge color={found.count > 1 ? "orange" : "lagoon"}>
        {t("content.segments", { count: found.count })}
      </Badge>
      <Text size="xs" c="dimmed">
        {t("content.units", { encoding: found.encoding, units: number(found.units) })}
        {found.forced_by !== null && ` · ${t("content.forcedBy", { letter: found.forced_by })}`}
      </Text>
    </Group>
  );
}
