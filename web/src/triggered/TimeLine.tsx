/** When a message would leave for example triggers: the server plays the draft in its simulator. */
import { ActionIcon, Group, Loader, Select, Text, TextInput, Tooltip } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { IconChevronDown, IconChevronUp } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError, post } from "../api/client";
import type { TimeLineAnswer } from "../api/types";
import { ZONES } from "../forms/editors/ZoneControl";
import { zoneNow } from "../i18n/format";
import { fromLocal } from "../i18n/local";
import type { Doc } from "../model";
import { Legend } from "./Legend";
import { Picture } from "./Picture";
import { timedPart } from "./timed";
import styles from "./triggered.module.css";

const PAUSE_MS = 400;

export function TimeLine({ document, hasErrors }: { document: Doc; hasErrors: boolean }) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(true);
  const [zone, setZone] = useState(zoneNow());
  const [own, setOwn] = useState("");
  const at = own ? fromLocal(own, zone) : null;
  const [wish] = useDebouncedValue(
    JSON.stringify({ document: timedPart(document), timezone: zone, instants: at ? [at] : [] }),
    PAUSE_MS,
  );
  const { data, error, isFetching } = useQuery({
    queryKey: ["time-line", wish],
    queryFn: () => post<TimeLineAnswer>("/api/triggered/timeline", JSON.parse(wish) as unknown),
    enabled: isOpen,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
  const isWrong = error instanceof ApiError || (hasErrors && !data);
  return (
    <section className={styles.line} aria-label={t("triggered.line.title")} data-open={isOpen || undefined}>
      <div className={styles.lineHead}>
        <Tooltip label={t(isOpen ? "triggered.line.hide" : "triggered.line.show")}>
          <ActionIcon
            size={26}
            aria-label={t(isOpen ? "triggered.line.hide" : "triggered.line.show")}
            aria-expanded={isOpen}
            onClick={() => setOpen(!isOpen)}
          >
            {isOpen ? <IconChevronDown size={16} /> : <IconChevronUp size={16} />}
          </ActionIcon>
        </Tooltip>
        <Text fw={600}>{t("triggered.line.title")}</Text>
        {isFetching && <Loader size={13} />}
        {isOpen && (
          <Group gap={8} ml="auto" wrap="nowrap">
            <TextInput
              type="datetime-local"
              size="xs"
              w={190}
              aria-label={t("triggered.line.own")}
              title={t("triggered.line.own")}
              value={own}
              onChange={(event) => setOwn(event.currentTarget.value)}
            />
            <Select
              size="xs"
              w={190}
              aria-label={t("triggered.line.zone")}
              title={t("triggered.line.zone")}
              data={ZONES}
              value={zone}
              searchable
              limit={200}
              allowDeselect={false}
              onChange={(next) => setZone(next ?? zoneNow())}
            />
          </Group>
        )}
      </div>
      {isOpen && isWrong && (
        <Text size="sm" c="dimmed" p="sm">
          {t("triggered.line.wrong")}
        </Text>
      )}
      {isOpen && data && !isWrong && (
        <div className={styles.lineBody} data-old={isFetching || undefined}>
          <Picture line={data} />
          <Legend line={data} document={document} />
        </div>
      )}
    </section>
  );
}
