/** Chooses a real event of a profile, whose properties the message then shows. */
import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconBolt } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { get } from "../api/client";
import type { HappenedPage } from "../api/types";
import { instant } from "../i18n/format";
import type { JsonMap } from "../model";
import { useReader } from "./previewing";

export function PastEvents({ profile }: { profile: string }) {
  const { t } = useTranslation();
  const { reader, setReader } = useReader();
  const found = useQuery({
    queryKey: ["life", profile, "events"],
    queryFn: () =>
      get<HappenedPage>(`/api/profiles/${encodeURIComponent(profile)}/timeline?kind=event&limit=50`),
    staleTime: 30_000,
    retry: false,
    meta: { quiet: true },
  });
  const events = found.data?.rows ?? [];
  const choose = (key: string | null): void => {
    const event = key === null ? undefined : events[Number(key)];
    const past = event && {
      at: event.at,
      name: event.name ?? "",
      properties: (event.properties ?? {}) as JsonMap,
    };
    setReader({ ...reader, past: past ?? null });
  };
  const chosen = events.findIndex(({ at, name }) => at === reader.past?.at && name === reader.past.name);
  return (
    <Select
      mt={8}
      label={t("content.past")}
      placeholder={t(found.data && !events.length ? "content.noPast" : "content.madeUp")}
      leftSection={<IconBolt size={14} />}
      data={events.map(({ at, name }, index) => ({
        value: String(index),
        label: `${name ?? ""} · ${instant(at, true)}`,
      }))}
      value={chosen < 0 ? null : String(chosen)}
      disabled={!events.length}
      searchable
      clearable
      onChange={choose}
    />
  );
}
