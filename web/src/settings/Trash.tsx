/** Deleted documents, and the way back for each. */
import { Button, Table, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { IconRestore, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { get, post } from "../api/client";
import type { Deleted, Draft } from "../api/types";
import { addressOf, BUILT } from "../documents/sections";
import { ago, instant } from "../i18n/format";
import { useWord } from "../i18n/words";
import { useMay } from "../session/session";
import { Empty, Failed, Loading } from "../shell/States";
import { tell } from "../shell/toasts";
import styles from "./Settings.module.css";

const KEY = ["trash"];

export function Trash() {
  const { t } = useTranslation();
  const deleted = useQuery({ queryKey: KEY, queryFn: () => get<Deleted[]>("/api/drafts-trash") });
  if (deleted.error) return <Failed error={deleted.error} retry={() => void deleted.refetch()} />;
  if (!deleted.data) return <Loading />;
  if (!deleted.data.length)
    return <Empty icon={IconTrash} title={t("trash.empty")} text={t("trash.emptyText")} />;
  return (
    <div className={styles.sheet}>
      <Table verticalSpacing={7} horizontalSpacing="md" fz="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("list.name")}</Table.Th>
            <Table.Th>{t("trash.deleted")}</Table.Th>
            <Table.Th aria-label={t("list.actions")} />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {deleted.data.map((one) => (
            <Row key={one.key} deleted={one} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function Row({ deleted: { key, kind, id, file, deleted_at } }: { deleted: Deleted }) {
  const { t } = useTranslation();
  const word = useWord();
  const [, go] = useLocation();
  const client = useQueryClient();
  const mayBuild = useMay("build");
  const mayConfigure = useMay("configure");
  const may = BUILT.has(kind) ? mayBuild : mayConfigure;
  const restoring = useMutation({
    mutationFn: () => post<Draft>(`/api/drafts-trash/${encodeURIComponent(key)}/restore`),
    onSuccess: async (draft) => {
      await Promise.all(
        [KEY, ["drafts"], ["vocabulary"]].map((queryKey) => client.invalidateQueries({ queryKey })),
      );
      tell(t("trash.restored", { id: draft.id }));
      go(addressOf(draft.kind, draft.id));
    },
  });
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={560} style={{ overflowWrap: "anywhere" }}>
          {id}
        </Text>
        <Text size="xs" c="dimmed">
          {word("kinds", kind)} · <span className="code">{file}</span>
        </Text>
      </Table.Td>
      <Table.Td className="numbers" title={instant(deleted_at)}>
        {ago(deleted_at)}
      </Table.Td>
      <Table.Td ta="end">
        {may && (
          <Button
            variant="default"
            leftSection={<IconRestore size={14} aria-hidden />}
            loading={restoring.isPending}
            aria-label={t("trash.restoreOf", { id })}
            onClick={() => restoring.mutate()}
          >
            {t("trash.restore")}
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
