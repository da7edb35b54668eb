/** Who changed what, the newest first. */
import { Button, Code, Group, Stack, Table, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { IconListDetails } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { get } from "../api/client";
import type { AuditEntry, AuditPage } from "../api/types";
import { Difference } from "../approvals/Difference";
import { instant } from "../i18n/format";
import { useWord } from "../i18n/words";
import { Empty, Failed, Loading } from "../shell/States";
import styles from "./Settings.module.css";

const WAIT_MS = 250;

interface Filter {
  document: string;
  user: string;
}

export function Record() {
  const { t } = useTranslation();
  const [filter, setFilter] = useState<Filter>({ document: "", user: "" });
  const [wish] = useDebouncedValue(filter, WAIT_MS);
  const word = useWord();
  /** A person by name, a key by its id, this machine's own commands. */
  const whoOf = (caller: string): string => {
    const [sort, id] = caller.split(/:(.*)/s);
    if (sort === "user") return id ?? caller;
    return sort === "key" ? t("record.keyed", { id }) : caller === "local" ? t("record.local") : caller;
  };
  const record = useInfiniteQuery({
    queryKey: ["audit", wish],
    initialPageParam: null as number | null,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam }) => get<AuditPage>(`/api/audit?${queryOf(wish, pageParam)}`),
    getNextPageParam: (page) => page.next,
  });
  if (record.error) return <Failed error={record.error} />;
  if (!record.data) return <Loading />;
  const entries = record.data.pages.flatMap((page) => page.entries);
  const isFiltered = wish.document.trim() !== "" || wish.user.trim() !== "";
  if (!entries.length && !isFiltered) return <Empty icon={IconListDetails} title={t("record.empty")} />;
  return (
    <Stack>
      <Group gap="sm">
        {(["document", "user"] as const).map((name) => (
          <TextInput
            key={name}
            label={t(`record.filters.${name}`)}
            placeholder={t(`record.examples.${name}`)}
            value={filter[name]}
            onChange={(event) => setFilter({ ...filter, [name]: event.currentTarget.value })}
          />
        ))}
      </Group>
      {entries.length === 0 && <Empty icon={IconListDetails} title={t("list.nothing")} />}
      <div className={styles.sheet} tabIndex={0} hidden={entries.length === 0}>
        <Table verticalSpacing={7} horizontalSpacing="md" fz="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("record.at")}</Table.Th>
              <Table.Th>{t("record.who")}</Table.Th>
              <Table.Th>{t("record.what")}</Table.Th>
              <Table.Th>{t("record.difference")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {entries.map((entry) => (
              <Table.Tr key={entry.id}>
                <Table.Td className="numbers">{instant(entry.at, true)}</Table.Td>
                <Table.Td miw={80} title={entry.caller}>
                  {whoOf(entry.caller)}
                </Table.Td>
                <Table.Td miw={170}>
                  <Text size="sm" title={entry.action}>
                    {word("acts", entry.action.replace(".", "_"))}
                  </Text>
                  <Text size="xs" c="dimmed" className="code">
                    {entry.subject}
                  </Text>
                </Table.Td>
                <Table.Td>
                  <Changed entry={entry} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
      {record.hasNextPage && (
        <Button
          variant="default"
          style={{ alignSelf: "center" }}
          loading={record.isFetchingNextPage}
          onClick={() => void record.fetchNextPage()}
        >
          {t("actions.more")}
        </Button>
      )}
    </Stack>
  );
}

function queryOf({ document, user }: Filter, before: number | null): string {
  const query = new URLSearchParams({ limit: "50" });
  if (document.trim()) query.set("document", document.trim());
  if (user.trim()) query.set("user", user.trim());
  if (before !== null) query.set("before", String(before));
  return query.toString();
}

/** A few changed fields at once; what is long, or a document as a whole, when it is asked for. */
function Changed({ entry: { difference } }: { entry: AuditEntry }) {
  const { t } = useTranslation();
  const { changes, text } = difference;
  if (!changes.length && !text) return <Text c="dimmed">–</Text>;
  const isShort = !text && changes.length <= 3 && changes.every(({ path }) => path !== "");
  if (!isShort)
    return (
      <details>
        <summary className={styles.more}>{t("record.show")}</summary>
        <Difference difference={difference} />
      </details>
    );
  return (
    <Stack gap={2}>
      {changes.map(({ path, before, after }) => (
        <Code key={path} className={styles.secret}>
          {path}: {JSON.stringify(before)} → {JSON.stringify(after)}
        </Code>
      ))}
    </Stack>
  );
}
