/** What the draft would have done over the recorded past, beside what the live version did. */
import { Button, Group, Modal, Stack, Table, Text, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { post } from "../api/client";
import type { Backtest } from "../api/types";
import { useStatus } from "../api/hooks";
import { InstantControl } from "../forms/editors/Instants";
import { number } from "../i18n/format";
import { word } from "../i18n/words";
import { textOf, type Json } from "../model";
import { Said } from "../profiles/Said";

interface Compared {
  draft: number;
  live: number;
  difference: number;
}
export function BacktestDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation();
  const now = useStatus().data?.now ?? new Date().toISOString();
  const [since, setSince] = useState<Json | undefined>(() =>
    new Date(Date.parse(now) - 30 * 86_400_000).toISOString(),
  );
  const [until, setUntil] = useState<Json | undefined>(now);
  const run = useMutation({
    mutationFn: () =>
      post<Backtest>("/api/backtest", { document: id, from: textOf(since), until: textOf(until) }),
  });
  return (
    <Modal opened onClose={onClose} title={t("backtest.title", { id })} size="lg">
      <Stack>
        <Text c="dimmed">{t("backtest.about")}</Text>
        <Group align="flex-end" grow>
          <InstantControl
            schema={{}}
            root={{}}
            value={since}
            onChange={setSince}
            label={t("backtest.since")}
            path="since"
            error={null}
            isRequired
          />
          <InstantControl
            schema={{}}
            root={{}}
            value={until}
            onChange={setUntil}
            label={t("backtest.until")}
            path="until"
            error={null}
            isRequired
          />
        </Group>
        <Button
          style={{ alignSelf: "flex-start" }}
          loading={run.isPending}
          disabled={!since || !until}
          onClick={() => run.mutate()}
        >
          {t("backtest.run")}
        </Button>
        {run.data && <Comparison result={run.data} />}
      </Stack>
    </Modal>
  );
}

function Comparison({ result }: { result: Backtest }) {
  const { t } = useTranslation();
  const named = (parts: (string | number | null)[]): string =>
    parts.filter((part) => part !== null).join(" · ");
  return (
    <>
      <Text size="sm">
        {t("backtest.took", {
          items: number(result.items),
          seconds: number(Math.round(result.seconds * 100) / 100),
        })}
      </Text>
      <Rows
        title={t("backtest.passages")}
        rows={result.passages.map((row) => ({ ...row, name: word("states", row.what, row.what) }))}
      />
      <Rows
        title={t("backtest.messages")}
        rows={result.messages.map((row) => ({
          ...row,
          name: named([row.node, word("nodes", row.channel), row.variant]),
        }))}
      />
      <Rows
        title={t("backtest.discards")}
        rows={result.discards.map((row) => ({
          ...row,
          name: named([row.node, word("reasons", row.reason)]),
        }))}
      />
      <Rows
        title={t("backtest.conversions")}
        rows={result.conversions.map((row) => ({ ...row, name: named([row.event, row.variant]) }))}
      />
      <Rows
        title={t("backtest.transitions")}
        rows={result.transitions.map((row) => ({ ...row, name: row.from }))}
      />
      {result.notes.map((note) => (
        <Text key={note} size="xs" c="dimmed">
          <Said text={note} />
        </Text>
      ))}
    </>
  );
}

function Rows({ title, rows }: { title: string; rows: (Compared & { name: string })[] }) {
  const { t } = useTranslation();
  if (!rows.length) return null;
  return (
    <div>
      <Title order={3} fz="sm" mb={4}>
        {title}
      </Title>
      <Table fz="sm" className="numbers">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("list.name")}</Table.Th>
            <Table.Th ta="end">{t("backtest.draft")}</Table.Th>
            <Table.Th ta="end">{t("backtest.live")}</Table.Th>
            <Table.Th ta="end">{t("backtest.difference")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.name}>
              <Table.Td>{row.name}</Table.Td>
              <Table.Td ta="end">{number(row.draft)}</Table.Td>
              <Table.Td ta="end">{number(row.live)}</Table.Td>
              <Table.Td ta="end" fw={row.difference ? 600 : 400}>
                {row.difference > 0 ? "+" : ""}
                {number(row.difference)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
