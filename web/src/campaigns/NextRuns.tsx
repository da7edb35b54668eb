/** When a schedule runs next, as the server works it out. */
import { Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import i18next from "i18next";
import { told } from "../i18n/told";
import { useTranslation } from "react-i18next";
import { post } from "../api/client";
import type { NextRuns as Next } from "../api/types";
import { textOf, type Json } from "../model";
import styles from "./campaigns.module.css";

const PAUSE_MS = 250;

export function NextRuns({ schedule, zone }: { schedule: Json | undefined; zone: Json | undefined }) {
  const { t } = useTranslation();
  const [wish] = useDebouncedValue(JSON.stringify({ schedule, timezone: textOf(zone) || null }), PAUSE_MS);
  const { data } = useQuery({
    queryKey: ["next-runs", wish],
    queryFn: () => post<Next>("/api/schedules/next", JSON.parse(wish) as unknown),
    placeholderData: keepPreviousData,
  });
  if (!data) return null;
  return (
    <section aria-label={t("campaign.schedule.next")}>
      <Text fw={600} size="xs" mb={2}>
        {t("campaign.schedule.next")}
        <Text span size="xs" c="dimmed">
          {" "}
          ({data.timezone})
        </Text>
      </Text>
      {data.problem && <p className={styles.reason}>{told(data.problem)}</p>}
      {!data.problem && !data.runs.length && (
        <Text size="xs" c="dimmed">
          {t("campaign.schedule.never")}
        </Text>
      )}
      <ol className={`${styles.next ?? ""} numbers`}>
        {data.runs.map((at) => (
          <li key={at}>{wallClock(at, data.timezone)}</li>
        ))}
      </ol>
    </section>
  );
}

/** An instant on the clock of the schedule, as its times are meant. */
function wallClock(at: string, zone: string): string {
  return new Intl.DateTimeFormat(i18next.language, {
    weekday: "short",
    year: "numeric",
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    timeZone: zone,
    timeZoneName: "short",
  }).format(new Date(at));
}
