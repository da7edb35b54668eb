/** Addresses that nothing is sent to: looked up, added, taken off, as a file in and out. */
import { ActionIcon, Button, FileButton, Group, Select, Table, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { IconBan, IconDownload, IconSearch, IconTrash, IconUpload } from "@tabler/icons-react";
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { get, post } from "../api/client";
import { useCatalog } from "../api/hooks";
import { usePages } from "../api/pages";
import type { SuppressionPage, TakenList } from "../api/types";
import list from "../documents/List.module.css";
import { instant, number } from "../i18n/format";
import { told } from "../i18n/told";
import { useWord } from "../i18n/words";
import { at } from "../root";
import { useMay } from "../session/session";
import { Pager } from "../shell/Pager";
import { Empty, Failed, Loading } from "../shell/States";
import { tell } from "../shell/toasts";
import styles from "./setup.module.css";

const KEY = "suppressions";

export function SuppressionsPage() {
  const { t } = useTranslation();
  const word = useWord();
  const [text, setText] = useState("");
  const [search] = useDebouncedValue(text.trim(), 250);
  const mayChange = useMay("configure");
  const removing = useChange("/api/suppressions/remove");
  const pages = usePages([KEY, search], (after: number | null) => {
    const wish = new URLSearchParams({ limit: "50" });
    if (search) wish.set("search", search);
    if (after !== null) wish.set("after", String(after));
    return get<SuppressionPage>(`/api/suppressions?${wish.toString()}`);
  });
  return (
    <>
      <Group mb="sm" gap={8} align="end">
        <TextInput
          leftSection={<IconSearch size={14} />}
          placeholder={t("list.search")}
          aria-label={t("list.search")}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Button
          component="a"
          href={at("/api/suppressions/export")}
          variant="default"
          leftSection={<IconDownload size={14} />}
        >
          {t("suppressions.export")}
        </Button>
        {mayChange && <Import />}
      </Group>
      {mayChange && <Add />}
      {pages.error && <Failed error={pages.error} retry={pages.retry} />}
      {pages.isPending && <Loading />}
      {pages.answer && !pages.rows.length && (
        <Empty icon={IconBan} title={search ? t("list.nothing") : t("suppressions.empty")} />
      )}
      {pages.rows.length > 0 && (
        <div className={list.sheet}>
          <Table verticalSpacing={6} fz="sm" className={list.table}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("suppressions.address")}</Table.Th>
                <Table.Th>{t("suppressions.reason")}</Table.Th>
                <Table.Th className={list.wide}>{t("suppressions.since")}</Table.Th>
                <Table.Th w={44} aria-label={t("list.actions")} />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {pages.rows.map(({ channel, address, reason, at }) => (
                <Table.Tr key={`${channel} ${address}`}>
                  <Table.Td style={{ overflowWrap: "anywhere" }}>
                    {address}
                    <div className={styles.quiet}>{word("nodes", channel)}</div>
                  </Table.Td>
                  <Table.Td>{word("values", reason ?? "", reason ?? "–")}</Table.Td>
                  <Table.Td className={`${list.wide ?? ""} numbers`}>{instant(at)}</Table.Td>
                  <Table.Td>
                    {mayChange && (
                      <ActionIcon
                        aria-label={t("suppressions.removeOf", { address })}
                        onClick={() => removing.mutate({ channel, address })}
                      >
                        <IconTrash size={15} />
                      </ActionIcon>
                    )}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
      <Pager pages={pages} of={search ? null : (pages.answer?.of ?? null)} />
    </>
  );
}

function useChange(path: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (row: { channel: string; address: string }) => post(path, row),
    onSettled: () => client.invalidateQueries({ queryKey: [KEY] }),
  });
}

function Add() {
  const { t } = useTranslation();
  const word = useWord();
  const channels = useCatalog().data?.channels.filter((one) => one.address !== null) ?? [];
  const [channel, setChannel] = useState("email");
  const [address, setAddress] = useState("");
  const adding = useChange("/api/suppressions");
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    adding.mutate({ channel, address: address.trim() }, { onSuccess: () => setAddress("") });
  };
  return (
    <form onSubmit={submit} className={styles.tools}>
      <Select
        label={t("fields.channel")}
        data={channels.map(({ type }) => ({ value: type, label: word("nodes", type) }))}
        value={channel}
        allowDeselect={false}
        w={150}
        onChange={(next) => setChannel(next ?? channel)}
      />
      <TextInput
        label={t("suppressions.address")}
        value={address}
        miw={220}
        onChange={(event) => setAddress(event.currentTarget.value)}
      />
      <Button type="submit" variant="default" disabled={!address.trim()} loading={adding.isPending}>
        {t("suppressions.add")}
      </Button>
    </form>
  );
}

function Import() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const taking = useMutation({
    mutationFn: (file: File) => post<TakenList>("/api/suppressions/import", file),
    onSuccess: ({ taken, known, rejected }) => {
      tell(
        t("suppressions.taken", {
          taken: number(taken),
          known: number(known),
          rejected: number(rejected.length),
        }),
      );
      return client.invalidateQueries({ queryKey: [KEY] });
    },
  });
  const rejected = taking.data?.rejected ?? [];
  return (
    <>
      <FileButton accept=".csv,text/csv" onChange={(file) => file && taking.mutate(file)}>
        {(props) => (
          <Button
            {...props}
            variant="default"
            leftSection={<IconUpload size={14} />}
            loading={taking.isPending}
          >
            {t("suppressions.import")}
          </Button>
        )}
      </FileButton>
      {rejected.slice(0, 5).map(({ line, reason, item }) => (
        <Text key={line} size="xs" c="red" w="100%">
          {t("suppressions.badLine", { line, reason: told(reason), item })}
        </Text>
      ))}
    </>
  );
}
