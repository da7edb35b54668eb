/** Files of letters: those that still take some, and those at their place, to be downloaded with their manifests. */
import { Anchor, Badge, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconDownload, IconMailbox } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { fileAt, get } from "../api/client";
import type { PrintedList } from "../api/types";
import { instant, number } from "../i18n/format";
import { at } from "../root";
import { Empty, Failed, Loading } from "../shell/States";

type Batch = PrintedList["rows"][number];

export function PrintedPage() {
  const { t } = useTranslation();
  const list = useQuery({
    queryKey: ["printed"],
    queryFn: () => get<PrintedList>("/api/printed"),
    refetchInterval: 5000,
  });
  if (list.error && !list.data) return <Failed error={list.error} retry={() => void list.refetch()} />;
  if (!list.data) return <Loading />;
  if (!list.data.rows.length)
    return <Empty icon={IconMailbox} title={t("printed.empty")} text={t("printed.emptyText")} />;
  return (
    <Table.ScrollContainer minWidth={640}>
      <Table aria-label={t("printed.name")} verticalSpacing="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("printed.file")}</Table.Th>
            <Table.Th>{t("printed.of")}</Table.Th>
            <Table.Th ta="end">{t("printed.letters")}</Table.Th>
            <Table.Th>{t("printed.opened")}</Table.Th>
            <Table.Th>{t("printed.state")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {list.data.rows.map((batch) => (
            <Row key={`${batch.channel}/${batch.batch}`} batch={batch} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Row({ batch }: { batch: Batch }) {
  const { t } = useTranslation();
  const { channel, of, letters, opened_at, state } = batch;
  return (
    <Table.Tr>
      <Table.Td>
        <Files batch={batch} />
        <Text size="xs" c="dimmed">
          {channel}
        </Text>
      </Table.Td>
      <Table.Td className="code">{of ?? t("printed.day")}</Table.Td>
      <Table.Td ta="end" className="numbers">
        {number(letters)}
      </Table.Td>
      <Table.Td className="numbers">{instant(opened_at)}</Table.Td>
      <Table.Td>
        <Badge color={state === "placed" ? "teal" : "yellow"}>{t(`printed.states.${state}`)}</Badge>
      </Table.Td>
    </Table.Tr>
  );
}

function Files({ batch: { channel, name, files, state } }: { batch: Batch }) {
  const { t } = useTranslation();
  if (name === null) return <Text size="sm">{t("printed.notYet")}</Text>;
  if (!files.length)
    return (
      <Text size="sm">
        {name}
        {state === "placed" && ` · ${t("printed.elsewhere")}`}
      </Text>
    );
  return files.map((file) => (
    <div key={file.name}>
      <Anchor
        size="sm"
        className="code"
        download
        href={fileAt(at(`/api/printed/${encodeURIComponent(channel)}/${encodeURIComponent(file.name)}`))}
      >
        <IconDownload size={13} aria-hidden /> {file.name}
      </Anchor>
    </div>
  ));
}
