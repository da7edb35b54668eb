/** Who changed what, the newest first. */
import { Button, Code, Stack, Table, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { IconListDetails } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { get } from "../api/client";
import type { AuditEntry, AuditPage } from "../api/types";
import { Difference } from "../approvals/Difference";
import { instant } from "../i18n/format";
import { useWord } from "../i18n/words";
import { Empty, Failed, Loading } from "../shell/States";
import styles from "./Settings.module.css";

export function Record() {
  const { t } = useTranslation();
  const word = useWord();
  /** A person by name, a key by its id, this machine's own commands. */
  const whoOf = (caller: string): string => {
    const [sort, id] = caller.split(/:(.*)/s);
    if (sort === "user") return id ?? caller;
    return sort === "key" ? t("record.keyed", { id }) : caller === "local" ? t("record.local") : caller;
  };
  const record = useInfiniteQuery({
    queryKey: ["audit"],
    initialPageParam: null as number | null,
    queryFn: ({ pageParam }) =>
      get<AuditPage>(`/api/audit?limit=50${pageParam === null ? "" : `&before=${pageParam}`}`),
    getNextPageParam: (page) => page.next,
  });
  if (record.error) return <Failed error={record.error} />;
  if (!record.data) return <Loading />;
  const entries = record.data.pages.flatMap((page) => page.entries);
  if (!entries.length) return <Empty icon={IconListDetails} title={t("record.empty")} />;
  return (
    <Stack>
      <div className={styles.sheet}>
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
                <Table.Td title={entry.caller}>{whoOf(entry.caller)}</Table.Td>
                <Table.Td>
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
