/** The watched folder: where it is, by which rules it is read, what waits there and what was read last. */
import { Badge, Button, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { get } from "../api/client";
import { useDrafts } from "../api/hooks";
import type { InboxState, ListedRule } from "../api/types";
import list from "../documents/List.module.css";
import { addressOf } from "../documents/sections";
import { ago, number } from "../i18n/format";
import { told } from "../i18n/told";
import { Loading } from "../shell/States";
import { useRules } from "./imports";
import styles from "./imports.module.css";

const LIVE_MS = 5000;

export function InboxPanel() {
  const { t } = useTranslation();
  const inbox = useQuery({
    queryKey: ["inbox"],
    queryFn: () => get<InboxState>("/api/inbox"),
    refetchInterval: LIVE_MS,
  });
  const rules = useRules().data ?? [];
  const workspace = useDrafts().data?.find(({ kind }) => kind === "workspace");
  if (!inbox.data) return <Loading height={80} />;
  const { folder, waiting, unknown, reports } = inbox.data;
  return (
    <div className={styles.inbox}>
      <Text size="sm">
        {folder === null ? t("inbox.none") : t("inbox.folder")}{" "}
        {folder !== null && <span className="code">{folder}</span>}
      </Text>
      {rules.length > 0 && <Rules rules={rules} />}
      {waiting.length > 0 && <Text size="sm">{t("inbox.waiting", { files: waiting.join(", ") })}</Text>}
      {unknown.length > 0 && (
        <Text size="sm" c="orange">
          {t("inbox.unknown", { files: unknown.join(", ") })}
        </Text>
      )}
      {reports.length > 0 && <Reports reports={reports} />}
      {workspace && (
        <Button
          component={Link}
          href={addressOf("workspace", workspace.id)}
          variant="default"
          size="compact-sm"
          style={{ justifySelf: "start" }}
        >
          {t("inbox.settings")}
        </Button>
      )}
    </div>
  );
}

function Rules({ rules }: { rules: ListedRule[] }) {
  const { t } = useTranslation();
  return (
    <ul className={styles.rules} aria-label={t("inbox.rules")}>
      {rules.map(({ id, files, target, published }) => (
        <li key={id}>
          <b>{id}</b> {files ? <span className="code">{files}</span> : t("inbox.byHand")} → {target}{" "}
          {!published && <Badge color="yellow">{t("inbox.unpublished")}</Badge>}
        </li>
      ))}
    </ul>
  );
}

function Reports({ reports }: { reports: InboxState["reports"] }) {
  const { t } = useTranslation();
  return (
    <div className={list.sheet}>
      <Table verticalSpacing={5} fz="sm" className={list.table} aria-label={t("inbox.last")}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("inbox.file")}</Table.Th>
            <Table.Th className={list.wide}>{t("inbox.rule")}</Table.Th>
            <Table.Th className={list.number}>{t("inbox.rows")}</Table.Th>
            <Table.Th className={list.number}>{t("inbox.rejected")}</Table.Th>
            <Table.Th className={list.wide}>{t("inbox.at")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {reports.map(({ file, rule, rows, rejected, error, at }) => (
            <Table.Tr key={`${file} ${at}`}>
              <Table.Td style={{ overflowWrap: "anywhere" }}>
                {file}
                {error && (
                  <Text size="xs" c="red">
                    {told(error)}
                  </Text>
                )}
              </Table.Td>
              <Table.Td className={list.wide}>{rule}</Table.Td>
              <Table.Td className={`${list.number ?? ""} numbers`}>{number(rows)}</Table.Td>
              <Table.Td className={`${list.number ?? ""} numbers`}>{number(rejected)}</Table.Td>
              <Table.Td className={`${list.wide ?? ""} numbers`}>{ago(at)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
