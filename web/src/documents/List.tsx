/** A table of documents with their live state. */
import { Badge, Group, Table, Text, Tooltip } from "@mantine/core";
import { IconAlertTriangle, IconCircleX, IconPencil } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import type { DocumentStatus, DraftRow, Status } from "../api/types";
import { ago, instant, number, short } from "../i18n/format";
import { useWord } from "../i18n/words";
import styles from "./List.module.css";
import { RowMenu } from "./RowMenu";
import { addressOf, RUNNING } from "./sections";
import { State } from "./State";

interface Props {
  drafts: DraftRow[];
  status: Status | undefined;
  withKind: boolean;
  withCounts: boolean;
}

export function List({ drafts, status, withKind, withCounts }: Props) {
  const { t } = useTranslation();
  const counts = new Map(status?.documents.map((document) => [document.id, document]));
  return (
    <div className={styles.sheet}>
      <Table verticalSpacing={9} horizontalSpacing="md" highlightOnHover className={styles.table}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("list.name")}</Table.Th>
            {withKind && <Table.Th className={styles.wide}>{t("list.kind")}</Table.Th>}
            {withCounts && <Table.Th>{t("list.state")}</Table.Th>}
            {withCounts && (
              <>
                <Table.Th className={`${styles.number ?? ""} ${styles.spare ?? ""}`}>
                  {t("counts.entered")}
                </Table.Th>
                <Table.Th className={styles.number}>{t("counts.inside")}</Table.Th>
                <Table.Th className={`${styles.number ?? ""} ${styles.spare ?? ""}`}>
                  {t("counts.sent")}
                </Table.Th>
              </>
            )}
            <Table.Th className={styles.wide}>{t("list.modified")}</Table.Th>
            <Table.Th w={44} aria-label={t("list.actions")} />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {drafts.map((draft) => (
            <Row
              key={`${draft.kind}/${draft.id}`}
              draft={draft}
              counts={RUNNING.has(draft.kind) ? counts.get(draft.id) : undefined}
              withKind={withKind}
              withCounts={withCounts}
            />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

interface RowProps {
  draft: DraftRow;
  counts: DocumentStatus | undefined;
  withKind: boolean;
  withCounts: boolean;
}

function Row({ draft, counts, withKind, withCounts }: RowProps) {
  const word = useWord();
  return (
    <Table.Tr>
      <Table.Td className={styles.nameCell}>
        <Group gap={8} wrap="nowrap">
          <Link href={addressOf(draft.kind, draft.id)} className={styles.name}>
            {draft.name}
          </Link>
          <Marks draft={draft} />
        </Group>
        <Text size="xs" c="dimmed" className="code" truncate>
          {draft.name === draft.id ? draft.file : draft.id}
        </Text>
      </Table.Td>
      {withKind && <Table.Td className={styles.wide}>{word("kinds", draft.kind)}</Table.Td>}
      {withCounts && (
        <Table.Td>
          <State state={draft.state} />
        </Table.Td>
      )}
      {withCounts && (
        <>
          <Count value={counts?.entered} isSpare />
          <Count value={counts?.inside} />
          <Count value={counts?.messages.sent} isSpare />
        </>
      )}
      <Table.Td className={styles.wide}>
        <Text
          size="sm"
          c="dimmed"
          component="time"
          dateTime={draft.modified_at}
          title={instant(draft.modified_at)}
        >
          {ago(draft.modified_at)}
        </Text>
      </Table.Td>
      <Table.Td>
        <RowMenu draft={draft} />
      </Table.Td>
    </Table.Tr>
  );
}

/** A number; what is spare is not shown on a phone. */
function Count({ value, isSpare }: { value: number | undefined; isSpare?: boolean }) {
  return (
    <Table.Td
      className={`${styles.number ?? ""} numbers ${isSpare ? (styles.spare ?? "") : ""}`}
      title={value === undefined ? undefined : number(value)}
    >
      {value === undefined ? <Text c="dimmed">–</Text> : short(value)}
    </Table.Td>
  );
}

function Marks({ draft }: { draft: DraftRow }) {
  const { t } = useTranslation();
  return (
    <>
      {draft.errors > 0 && (
        <Tooltip label={t("problems.errors", { count: draft.errors })}>
          <Badge
            color="red"
            leftSection={<IconCircleX size={11} />}
            aria-label={t("problems.errors", { count: draft.errors })}
          >
            {number(draft.errors)}
          </Badge>
        </Tooltip>
      )}
      {draft.warnings > 0 && (
        <Tooltip label={t("problems.warnings", { count: draft.warnings })}>
          <Badge
            color="yellow"
            leftSection={<IconAlertTriangle size={11} />}
            aria-label={t("problems.warnings", { count: draft.warnings })}
          >
            {number(draft.warnings)}
          </Badge>
        </Tooltip>
      )}
      {draft.changed && draft.version !== null && (
        <Tooltip label={t("list.changedText")}>
          <Badge color="blue" leftSection={<IconPencil size={11} />}>
            {t("list.changed")}
          </Badge>
        </Tooltip>
      )}
    </>
  );
}
