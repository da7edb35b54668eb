/** Beside the form of an entity: its rows. */
import { Button, Table, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearch, IconTable, IconUsers } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { ApiError, get } from "../api/client";
import { usePages } from "../api/pages";
import type { EntityPage } from "../api/types";
import list from "../documents/List.module.css";
import { useDocument } from "../editor/EditorProvider";
import { number } from "../i18n/format";
import { valueText } from "../i18n/values";
import { textOf, type Json } from "../model";
import { Pager } from "../shell/Pager";
import { Empty, Failed, Loading } from "../shell/States";
import styles from "./setup.module.css";

export default function RowsPanel() {
  const { t } = useTranslation();
  const id = textOf(useDocument().id);
  if (id === "profile")
    return (
      <Empty icon={IconUsers} title={t("rows.profiles")}>
        <Button component={Link} href="/profiles" variant="default">
          {t("rows.toProfiles")}
        </Button>
      </Empty>
    );
  return <Rows id={id} />;
}

function Rows({ id }: { id: string }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [search] = useDebouncedValue(text.trim(), 250);
  const pages = usePages(["rows", id, search], (after: number | null) => {
    const wish = new URLSearchParams({ limit: "25" });
    if (search) wish.set("search", search);
    if (after !== null) wish.set("after", String(after));
    return get<EntityPage>(`/api/entities/${encodeURIComponent(id)}/rows?${wish.toString()}`);
  });
  if (pages.error instanceof ApiError && pages.error.status === 404)
    return <Empty icon={IconTable} title={t("rows.noTable")} text={t("rows.noTableText")} />;
  if (pages.error) return <Failed error={pages.error} retry={pages.retry} />;
  if (pages.isPending) return <Loading />;
  const of = pages.answer?.of;
  const columns = pages.answer?.columns ?? [];
  return (
    <div className={styles.side}>
      <div className={styles.row}>
        <TextInput
          leftSection={<IconSearch size={14} />}
          placeholder={t("profiles.search")}
          aria-label={t("profiles.search")}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        {of != null && (
          <Text size="sm" className="numbers">
            {t("rows.count", { count: of, shown: number(of) })}
          </Text>
        )}
      </div>
      {!pages.rows.length && <Empty icon={IconTable} title={search ? t("list.nothing") : t("rows.empty")} />}
      {pages.rows.length > 0 && (
        <div className={list.sheet}>
          <Table fz="sm" verticalSpacing={5} className={list.table}>
            <Table.Thead>
              <Table.Tr>
                {columns.map((name) => (
                  <Table.Th key={name}>{name}</Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {pages.rows.map((row, index) => (
                <Table.Tr key={index}>
                  {columns.map((name) => (
                    <Table.Td key={name}>{valueText(row[name] as Json)}</Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
      <Pager pages={pages} of={search ? null : of} />
    </div>
  );
}
