/** What arrives and no document declares, or declares otherwise: to be adopted, or taken off the list. */
import { Badge, Button, Checkbox, Group, Table, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { IconCircleCheck, IconFilePlus, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { get, post } from "../api/client";
import type { Adopted, Undeclared, UndeclaredList } from "../api/types";
import list from "../documents/List.module.css";
import { ago, number } from "../i18n/format";
import { useWord } from "../i18n/words";
import { tell } from "../shell/toasts";
import { Empty, Failed, Loading } from "../shell/States";
import styles from "./setup.module.css";

const KEY = ["registry"];
const keyOf = ({ sort, subject, field }: Undeclared): string => JSON.stringify([sort, subject, field]);
const itemsOf = (rows: Undeclared[]) => ({
  items: rows.map(({ sort, subject, field }) => ({ sort, subject, field })),
});

export function UndeclaredPage() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [chosen, choose] = useState<string[]>([]);
  const registry = useQuery({
    queryKey: KEY,
    queryFn: () => get<UndeclaredList>("/api/registry"),
    refetchInterval: 5000,
  });
  const after = (): Promise<unknown> => {
    choose([]);
    return Promise.all(
      [KEY, ["vocabulary"], ["drafts"]].map((queryKey) => client.invalidateQueries({ queryKey })),
    );
  };
  const adopting = useMutation({
    mutationFn: (rows: Undeclared[]) => post<Adopted>("/api/registry/adopt", itemsOf(rows)),
    onSuccess: ({ documents, skipped }) => {
      tell(t("undeclared.adopted", { count: documents.length }));
      for (const { subject, field, reason } of skipped) tell(`${subject} ${field}: ${reason}`);
      return after();
    },
  });
  const forgetting = useMutation({
    mutationFn: (rows: Undeclared[]) => post("/api/registry/forget", itemsOf(rows)),
    onSuccess: after,
  });
  if (!registry.data) return registry.error ? <Failed error={registry.error} /> : <Loading />;
  const { rows, more } = registry.data;
  if (!rows.length)
    return <Empty icon={IconCircleCheck} title={t("undeclared.empty")} text={t("undeclared.emptyText")} />;
  const meant = rows.filter((row) => chosen.includes(keyOf(row)));
  const toggle = (key: string, isOn: boolean): void =>
    choose(isOn ? [...chosen, key] : chosen.filter((one) => one !== key));
  return (
    <>
      <Group mb="sm" gap={8}>
        <Button
          leftSection={<IconFilePlus size={14} />}
          disabled={!meant.length}
          loading={adopting.isPending}
          onClick={() => adopting.mutate(meant)}
        >
          {t("undeclared.adopt")}
        </Button>
        <Button
          variant="default"
          leftSection={<IconX size={14} />}
          disabled={!meant.length}
          loading={forgetting.isPending}
          onClick={() => forgetting.mutate(meant)}
        >
          {t("undeclared.forget")}
        </Button>
        <Text size="xs" c="dimmed">
          {t("undeclared.hint")}
        </Text>
      </Group>
      <div className={list.sheet}>
        <Table verticalSpacing={6} fz="sm" className={list.table}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={40}>
                <Checkbox
                  aria-label={t("undeclared.chooseAll")}
                  checked={meant.length === rows.length}
                  indeterminate={meant.length > 0 && meant.length < rows.length}
                  onChange={(event) => choose(event.currentTarget.checked ? rows.map(keyOf) : [])}
                />
              </Table.Th>
              <Table.Th>{t("undeclared.what")}</Table.Th>
              <Table.Th>{t("undeclared.type")}</Table.Th>
              <Table.Th className={list.number}>{t("undeclared.count")}</Table.Th>
              <Table.Th className={list.wide}>{t("undeclared.example")}</Table.Th>
              <Table.Th className={list.wide}>{t("undeclared.last")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row) => (
              <Row
                key={keyOf(row)}
                row={row}
                isChosen={chosen.includes(keyOf(row))}
                onChoose={(isOn) => toggle(keyOf(row), isOn)}
              />
            ))}
          </Table.Tbody>
        </Table>
      </div>
      {more > 0 && (
        <Text size="xs" c="dimmed" mt={6}>
          {t("undeclared.more", { count: more, shown: number(more) })}
        </Text>
      )}
    </>
  );
}

interface RowProps {
  row: Undeclared;
  isChosen: boolean;
  onChoose: (isOn: boolean) => void;
}

function Row({ row, isChosen, onChoose }: RowProps) {
  const { t } = useTranslation();
  const word = useWord();
  const { sort, subject, field, found, declared, count, refused, last_at, example } = row;
  const name = field ? `${subject}.${field}` : subject;
  return (
    <Table.Tr>
      <Table.Td>
        <Checkbox
          aria-label={t("undeclared.choose", { name })}
          checked={isChosen}
          onChange={(event) => onChoose(event.currentTarget.checked)}
        />
      </Table.Td>
      <Table.Td style={{ overflowWrap: "anywhere" }}>
        <b style={{ fontWeight: 570 }}>{name}</b>
        <div className={styles.quiet}>{word("sorts", sort)}</div>
      </Table.Td>
      <Table.Td>
        {found ? word("values", found, found) : "–"}
        {declared !== null && (
          <div className={styles.quiet}>
            {t("undeclared.declared", { type: word("values", declared, declared) })}
          </div>
        )}
      </Table.Td>
      <Table.Td className={`${list.number ?? ""} numbers`}>
        {number(count)}
        {refused > 0 && (
          <div>
            <Badge color="red">{t("undeclared.refused", { count: refused, shown: number(refused) })}</Badge>
          </div>
        )}
      </Table.Td>
      <Table.Td className={list.wide} maw={260}>
        <span className="code name" title={example ?? undefined}>
          {example ?? "–"}
        </span>
      </Table.Td>
      <Table.Td className={`${list.wide ?? ""} numbers`}>{ago(last_at)}</Table.Td>
    </Table.Tr>
  );
}
