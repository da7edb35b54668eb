/** The profiles behind a number, page after page. */
import { Anchor, Button, Group, Table, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { IconUsers } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { get } from "../api/client";
import type { InsidePage } from "../api/types";
import { instant } from "../i18n/format";
import { useWord } from "../i18n/words";
import { ProfileLink } from "../profiles/ProfileLink";
import { reportOf } from "../reports/addresses";
import { useMay } from "../session/session";
import { Empty, Failed, Loading } from "../shell/States";
import styles from "./Count.module.css";
import { exportOf, insideOf, queryOf, type Ask } from "./crowd";
import { ExportLink } from "./ExportLink";

const PAGE = "50";

export function People({ document, ask }: { document: string | null; ask: Ask }) {
  const { t } = useTranslation();
  const maySee = useMay("profiles");
  const people = useInfiniteQuery({
    queryKey: ["inside", document, ask],
    enabled: maySee,
    initialPageParam: null as number | null,
    queryFn: ({ pageParam }) => {
      const wish = queryOf({ ...ask, limit: PAGE, after: pageParam === null ? null : String(pageParam) });
      return get<InsidePage>(`${insideOf(document)}?${wish.toString()}`);
    },
    getNextPageParam: (page) => page.next,
  });
  if (!maySee) return <Text c="dimmed">{t("crowd.mayNot")}</Text>;
  if (people.error) return <Failed error={people.error} />;
  if (people.isPending) return <Loading height={160} />;
  const rows = people.data.pages.flatMap((page) => page.rows);
  if (!rows.length) return <Empty icon={IconUsers} title={t("crowd.empty")} />;
  return (
    <>
      {document !== null && (
        <Group justify="flex-end" mb={6}>
          <ExportLink href={exportOf(document, "people", ask)} />
        </Group>
      )}
      <Rows rows={rows} ask={ask} hasDocument={document === null} />
      {people.hasNextPage && (
        <Button
          variant="default"
          mt="sm"
          fullWidth
          loading={people.isFetchingNextPage}
          onClick={() => void people.fetchNextPage()}
        >
          {t("actions.more")}
        </Button>
      )}
    </>
  );
}

interface RowsProps {
  rows: InsidePage["rows"];
  ask: Ask;
  /** They are of several documents. */
  hasDocument: boolean;
}

function Rows({ rows, ask, hasDocument }: RowsProps) {
  const { t } = useTranslation();
  const word = useWord();
  const isInside = ask.edge == null && (ask.behind == null || ask.behind === "inside");
  const isNamed = !isInside && ask.name == null && ask.edge == null && rows.some((row) => row.name !== null);
  const isDetailed = rows.some((row) => row.detail !== null);
  return (
    <div className={styles.people} tabIndex={0}>
      <Table fz="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("crowd.profile")}</Table.Th>
            {hasDocument && <Table.Th>{t("crowd.document")}</Table.Th>}
            <Table.Th>{isInside ? t("crowd.since") : t("crowd.at")}</Table.Th>
            {isInside && <Table.Th>{t("crowd.until")}</Table.Th>}
            {isNamed && <Table.Th>{t("crowd.what")}</Table.Th>}
            {isDetailed && <Table.Th>{t("crowd.detail")}</Table.Th>}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row, index) => (
            <Table.Tr key={index}>
              <Table.Td className={`code ${styles.long ?? ""}`}>
                {row.profile === null ? "–" : <ProfileLink id={row.profile} />}
                {row.key !== null && ` · ${row.key}`}
              </Table.Td>
              {hasDocument && (
                <Table.Td className={styles.long}>
                  <Anchor component={Link} href={reportOf(row.document)} size="sm">
                    {row.document}
                  </Anchor>
                </Table.Td>
              )}
              <Table.Td className="numbers">{instant(row.at)}</Table.Td>
              {isInside && <Table.Td className="numbers">{instant(row.until)}</Table.Td>}
              {isNamed && (
                <Table.Td>
                  {row.name === null ? "–" : word("reasons", row.name, word("values", row.name))}
                </Table.Td>
              )}
              {isDetailed && (
                <Table.Td className={styles.long}>
                  <Text size="xs">{row.detail ?? "–"}</Text>
                </Table.Td>
              )}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
