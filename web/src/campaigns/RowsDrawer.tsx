/** The work table behind a transition: its rows, page after page, of the draft as it was counted or of a run. */
import { Badge, Button, Drawer, Group, ScrollArea, Table, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { IconTable } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { get, post } from "../api/client";
import type { Looked, TransitionPage } from "../api/types";
import { useEditing } from "../editor/EditorProvider";
import { instant, number } from "../i18n/format";
import { useWord } from "../i18n/words";
import { ProfileLink } from "../profiles/ProfileLink";
import { useMay } from "../session/session";
import { Empty, Failed, Loading } from "../shell/States";
import { rowsOf, runsPath, useBook, type Book } from "./book";
import styles from "./campaigns.module.css";

const PAGE = 50;
const PROFILE = "profile_id";
type Row = Record<string, unknown>;

export function RowsDrawer() {
  const { t } = useTranslation();
  const book = useBook();
  const { looked, run } = book;
  const rows = looked === null ? null : rowsOf(book, looked);
  return (
    <Drawer
      opened={looked !== null}
      onClose={() => book.look(null)}
      position="bottom"
      closeButtonProps={{ "aria-label": t("actions.close") }}
      size="46%"
      overlayProps={{ backgroundOpacity: 0.12 }}
      title={
        <Group gap={8}>
          <Text fw={600} className="code">
            {looked}
          </Text>
          {rows !== null && (
            <Badge variant="light" className="numbers">
              {t("campaign.rows", { count: rows, value: number(rows) })}
            </Badge>
          )}
          <Text size="xs" c="dimmed">
            {run
              ? t("campaign.ofRun", { number: run.run, at: instant(run.started_at) })
              : t("campaign.ofDraft")}
          </Text>
        </Group>
      }
    >
      {looked !== null && <Rows key={looked} transition={looked} book={book} total={rows ?? 0} />}
    </Drawer>
  );
}

function Rows({ transition, book, total }: { transition: string; book: Book; total: number }) {
  const { t } = useTranslation();
  const word = useWord();
  const id = useEditing((editing) => editing.saved.id);
  const maySee = useMay("profiles");
  const run = book.run?.run ?? null;
  const mark = book.counting.byTransition.get(transition);
  const found = useInfiniteQuery({
    queryKey: ["rows", id, run, transition, run === null ? mark : null],
    enabled: maySee,
    initialPageParam: 0,
    queryFn: ({ pageParam }) => page(id, run, transition, pageParam),
    getNextPageParam: (last, pages) => (last.length === PAGE ? pages.length * PAGE : undefined),
  });
  if (!maySee) return <Text c="dimmed">{t("crowd.mayNot")}</Text>;
  if (found.error) return <Failed error={found.error} retry={() => void found.refetch()} />;
  if (found.isPending) return <Loading height={120} />;
  const rows = found.data.pages.flat();
  if (!rows.length) return <Empty icon={IconTable} title={t("campaign.noRows")} />;
  const columns = Object.keys(rows[0] ?? {});
  return (
    <ScrollArea.Autosize mah="34vh" type="auto" viewportProps={{ tabIndex: 0 }}>
      <Table fz="xs" stickyHeader striped className={styles.rows ?? ""}>
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) => (
              <Table.Th key={column}>
                {column}
                <span className={styles.type}>{word("values", mark?.columns[column] ?? "", " ")}</span>
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row, index) => (
            <Table.Tr key={index}>
              {columns.map((column) => (
                <Table.Td key={column} className={typeof row[column] === "number" ? "numbers" : ""}>
                  {column === PROFILE && row[column] ? (
                    <ProfileLink id={shown(row[column])} />
                  ) : (
                    shown(row[column])
                  )}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Group justify="space-between" p="xs">
        <Text size="xs" c="dimmed" className="numbers">
          {t("campaign.shownRows", { shown: number(rows.length), of: number(total) })}
        </Text>
        {found.hasNextPage && (
          <Button
            size="compact-xs"
            variant="default"
            loading={found.isFetchingNextPage}
            onClick={() => void found.fetchNextPage()}
          >
            {t("actions.more")}
          </Button>
        )}
      </Group>
    </ScrollArea.Autosize>
  );
}

async function page(id: string, run: number | null, transition: string, offset: number): Promise<Row[]> {
  if (run === null) {
    const wish = { transition, limit: PAGE, offset };
    return (await post<Looked>(`/api/campaigns/${encodeURIComponent(id)}/look`, wish)).rows;
  }
  const path = `${runsPath(id)}/${run}/transitions/${encodeURIComponent(transition)}`;
  return (await get<TransitionPage>(`${path}?limit=${PAGE}&offset=${offset}`)).sample;
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

function shown(value: unknown): string {
  if (value === null || value === undefined) return "–";
  if (typeof value === "string") return INSTANT.test(value) ? instant(value) : value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return JSON.stringify(value);
}
