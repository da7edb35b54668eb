/** All profiles, page by page; by the beginning of an id or a text, or those of an audience. */
import { Button, Group, Menu, Select, Table, Text, TextInput, Title } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconColumns3, IconSearch, IconUsers } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "wouter";
import { get } from "../api/client";
import { useVocabulary } from "../api/hooks";
import { usePages } from "../api/pages";
import type { Attribute, ProfileRow, ProfileRows } from "../api/types";
import { ago, instant, number } from "../i18n/format";
import { useWord } from "../i18n/words";
import { valueText } from "../i18n/values";
import type { Json } from "../model";
import { Pager } from "../shell/Pager";
import { Empty, Failed, Loading } from "../shell/States";
import list from "../documents/List.module.css";
import { useColumns } from "./columns";
import { ProfileLink } from "./ProfileLink";
import styles from "./profiles.module.css";

const ROWS = 50;

export function ProfileList() {
  const { t } = useTranslation();
  const word = useWord();
  const [wish, setWish] = useSearchParams();
  const [text, setText] = useState(wish.get("search") ?? "");
  const [search] = useDebouncedValue(text.trim(), 250);
  const audience = wish.get("audience");
  const vocabulary = useVocabulary().data;
  const [columns, setColumns] = useColumns(vocabulary?.profile ?? []);
  const pages = usePages(["profiles", search, audience], (after: number | null) => {
    const asked = new URLSearchParams({ limit: String(ROWS) });
    if (search) asked.set("search", search);
    if (audience) asked.set("audience", audience);
    if (after !== null) asked.set("after", String(after));
    return get<ProfileRows>(`/api/profiles?${asked.toString()}`);
  });
  const all = pages.answer?.of;
  const isAll = !search && !audience;
  const look = (next: string): void => {
    setText(next);
    setWish((now) => withWish(now, "search", next.trim()), { replace: true });
  };
  return (
    <div className={list.page}>
      <div className={list.head}>
        <Title order={1} fz={22}>
          {word("sections", "profiles")}
        </Title>
        <p className={list.about}>{t("profiles.about")}</p>
      </div>
      <Group className={list.tools}>
        <TextInput
          className={list.search}
          leftSection={<IconSearch size={14} />}
          placeholder={t("profiles.search")}
          aria-label={t("profiles.search")}
          value={text}
          onChange={(event) => look(event.currentTarget.value)}
        />
        <Select
          aria-label={t("profiles.audience")}
          placeholder={t("profiles.audience")}
          data={(vocabulary?.audiences ?? []).map((one) => ({ value: one.id, label: one.title ?? one.id }))}
          value={audience}
          searchable
          clearable
          nothingFoundMessage={t("forms.none")}
          onChange={(next) => setWish((now) => withWish(now, "audience", next ?? ""))}
        />
        <Columns attributes={vocabulary?.profile ?? []} chosen={columns} onChoose={setColumns} />
        {isAll && all != null && (
          <Text size="xs" c="dimmed" className="numbers">
            {t("profiles.count", { count: all, shown: number(all) })}
          </Text>
        )}
      </Group>
      {pages.isPending && <Loading />}
      {pages.error && <Failed error={pages.error} retry={pages.retry} />}
      {pages.answer && !pages.rows.length && (
        <Empty
          icon={isAll ? IconUsers : IconSearch}
          title={isAll ? t("profiles.empty") : t("list.nothing")}
          text={isAll ? t("profiles.emptyText") : t("profiles.nothingText")}
        />
      )}
      {pages.rows.length > 0 && <Rows rows={pages.rows} columns={columns} isStale={pages.isStale} />}
      <Pager pages={pages} of={isAll ? all : null} />
    </div>
  );
}

function withWish(now: URLSearchParams, name: string, value: string): URLSearchParams {
  const next = new URLSearchParams(now);
  if (value) next.set(name, value);
  else next.delete(name);
  return next;
}

interface RowsProps {
  rows: ProfileRow[];
  columns: string[];
  isStale: boolean;
}

function Rows({ rows, columns, isStale }: RowsProps) {
  const { t } = useTranslation();
  return (
    <div className={list.sheet} data-stale={isStale || undefined}>
      <Table verticalSpacing={7} horizontalSpacing="md" highlightOnHover className={list.table}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("profiles.id")}</Table.Th>
            {columns.map((name, index) => (
              <Table.Th key={name} className={index ? list.wide : undefined}>
                {name}
              </Table.Th>
            ))}
            <Table.Th className={list.wide}>{t("profiles.since")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.id}>
              <Table.Td className={styles.cell}>
                <ProfileLink id={row.id} />
              </Table.Td>
              {columns.map((name, index) => (
                <Table.Td key={name} className={`${styles.cell ?? ""} ${index ? (list.wide ?? "") : ""}`}>
                  {valueText(row.attributes[name] as Json)}
                </Table.Td>
              ))}
              <Table.Td className={`${list.wide ?? ""} numbers`} title={instant(row.created_at)}>
                {ago(row.created_at)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

interface ColumnsProps {
  attributes: Attribute[];
  chosen: string[];
  onChoose: (names: string[]) => void;
}

function Columns({ attributes, chosen, onChoose }: ColumnsProps) {
  const { t } = useTranslation();
  const names = attributes.map(({ name }) => name).filter((name) => name !== "profile_id");
  return (
    <Menu closeOnItemClick={false} position="bottom-end" width={240}>
      <Menu.Target>
        <Button variant="default" leftSection={<IconColumns3 size={14} />}>
          {t("profiles.columns")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={360} style={{ overflowY: "auto" }}>
        {names.map((name) => (
          <Menu.CheckboxItem
            key={name}
            checked={chosen.includes(name)}
            onChange={(isOn) => onChoose(names.filter((one) => (one === name ? isOn : chosen.includes(one))))}
          >
            {name}
          </Menu.CheckboxItem>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
