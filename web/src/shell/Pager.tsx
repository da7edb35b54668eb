/** Under a list: which part of it is shown, and the ways to the parts beside it. */
import { ActionIcon, Group, Text } from "@mantine/core";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Pages } from "../api/pages";
import { number } from "../i18n/format";

export function Pager({ pages, of }: { pages: Pages<{ rows: unknown[] }>; of?: number | null }) {
  const { t } = useTranslation();
  const { rows, before, back, forth } = pages;
  if (!rows.length || (!back && !forth)) return null;
  const [from, to] = [number(before + 1), number(before + rows.length)];
  return (
    <Group component="nav" gap={6} justify="flex-end" py={8} aria-label={t("pager.name")}>
      <Text size="xs" c="dimmed" className="numbers" aria-live="polite">
        {of == null ? t("pager.range", { from, to }) : t("pager.of", { from, to, of: number(of) })}
      </Text>
      <ActionIcon aria-label={t("pager.back")} disabled={!back} onClick={() => back?.()}>
        <IconChevronLeft size={16} />
      </ActionIcon>
      <ActionIcon aria-label={t("pager.forth")} disabled={!forth} onClick={() => forth?.()}>
        <IconChevronRight size={16} />
      </ActionIcon>
    </Group>
  );
}
