/** How large an audience was, a bar for each day; the numbers are in the table behind it. */
import { Text, Title, VisuallyHidden } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { get } from "../api/client";
import { instant, number } from "../i18n/format";
import styles from "./rules.module.css";

interface Size {
  at: string;
  size: number;
}

const DAYS = 90;

export function SizeHistory({ audience }: { audience: string }) {
  const { t } = useTranslation();
  const path = `/api/audiences/${encodeURIComponent(audience)}/sizes`;
  const sizes = useQuery({ queryKey: ["sizes", audience], queryFn: () => get<Size[]>(path) }).data ?? [];
  const shown = sizes.slice(-DAYS);
  const most = Math.max(1, ...shown.map((one) => one.size));
  return (
    <div>
      <Title order={3} fz="sm" mb={4}>
        {t("rules.history")}
      </Title>
      {shown.length === 0 ? (
        <Text size="xs" c="dimmed">
          {t("rules.noHistory")}
        </Text>
      ) : (
        <ol className={styles.history}>
          {shown.map((one) => (
            <li
              key={one.at}
              title={`${instant(one.at)}: ${number(one.size)}`}
              style={{ blockSize: `${Math.max(2, (100 * one.size) / most)}%` }}
            >
              <VisuallyHidden>{`${instant(one.at)}: ${number(one.size)}`}</VisuallyHidden>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}
