/** Messages that wait because their channel cannot send, and why: no number of the report would say it. */
import { Alert, Anchor, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconHourglass } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { get } from "../api/client";
import type { ChannelStates, Report } from "../api/types";
import { number } from "../i18n/format";
import { useWord } from "../i18n/words";
import { Said } from "../profiles/Said";
import { valueOf } from "./report";

const REFRESH_MS = 10_000;

export function Standstill({ report }: { report: Report }) {
  const { t } = useTranslation();
  const word = useWord();
  const waiting = report.channels.filter((tally) => valueOf(tally, "pending") > 0);
  const states = useQuery({
    queryKey: ["channels"],
    queryFn: () => get<ChannelStates>("/api/channels"),
    refetchInterval: REFRESH_MS,
    enabled: waiting.length > 0,
  });
  return waiting.map((tally) => {
    const found = Object.entries(states.data ?? {}).find(
      ([, state]) => state.type === tally.channel && (state.paused || state.trouble !== null),
    );
    if (!found) return null;
    const [id, { paused, trouble }] = found;
    const count = valueOf(tally, "pending");
    return (
      <Alert
        key={tally.channel}
        color="yellow"
        mb="md"
        icon={<IconHourglass size={18} />}
        title={t("reports.waits", { count, shown: number(count), channel: word("values", tally.channel) })}
      >
        <Text size="sm">
          {paused ? t("reports.paused", { id }) : t("reports.rests", { id })}
          {!paused && trouble && (
            <>
              {" "}
              <Said text={trouble} />
            </>
          )}
        </Text>
        <Anchor component={Link} href="/channels/delivery" size="sm">
          {t("reports.toDelivery")}
        </Anchor>
      </Alert>
    );
  });
}
