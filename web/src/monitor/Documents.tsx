/** What runs now, the busiest first. */
import { Table, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { useDrafts } from "../api/hooks";
import type { DocumentStatus } from "../api/types";
import { State } from "../documents/State";
import { Count } from "../crowd/Count";
import { useWord } from "../i18n/words";
import { reportOf } from "../reports/addresses";
import styles from "./monitor.module.css";

const SHOWN = 12;

export function Documents({ documents }: { documents: DocumentStatus[] }) {
  const { t } = useTranslation();
  const word = useWord();
  const names = new Map(useDrafts().data?.map((draft) => [draft.id, draft.name]));
  const running = documents
    .filter(({ state }) => state === "live" || state === "paused" || state === "closed")
    .sort((a, b) => b.inside - a.inside);
  return (
    <section aria-labelledby="running">
      <Title order={2} fz={15} id="running" mb={8}>
        {t("monitor.running", { count: running.length })}
      </Title>
      <div className={styles.sheet}>
        {running.length === 0 ? (
          <Text c="dimmed" p="md">
            {t("monitor.nothingRuns")}
          </Text>
        ) : (
          <Table fz="sm" horizontalSpacing="sm">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("list.name")}</Table.Th>
                <Table.Th>{t("list.state")}</Table.Th>
                <Table.Th ta="end">{t("counts.inside")}</Table.Th>
                <Table.Th ta="end">{t("counts.entered")}</Table.Th>
                <Table.Th ta="end">{t("counts.sent")}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {running.slice(0, SHOWN).map((document) => (
                <Table.Tr key={document.id}>
                  <Table.Td>
                    <Link href={reportOf(document.id)} className={styles.link}>
                      {names.get(document.id) ?? document.id}
                    </Link>
                    <Text size="xs" c="dimmed">
                      {word("kinds", document.kind)}
                    </Text>
                  </Table.Td>
                  <Table.Td>
                    <State state={document.state} />
                  </Table.Td>
                  {(["inside", "entered", "sent"] as const).map((behind) => (
                    <Table.Td key={behind} ta="end">
                      <Count
                        document={document.id}
                        value={behind === "sent" ? (document.messages.sent ?? 0) : document[behind]}
                        of={`${document.id}, ${t(`counts.${behind}`)}`}
                        ask={{ behind }}
                      />
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
      </div>
    </section>
  );
}
