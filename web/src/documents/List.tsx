/** A table of documents with their live state. */
import { Badge, Button, Group, Table, Text, Tooltip } from "@mantine/core";
import { IconAlertTriangle, IconCircleX, IconPencil } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import type { DocumentStatus, DraftRow, Status } from "../api/types";
import { Count } from "../crowd/Count";
import { ago, instant, number } from "../i18n/format";
import { useWord } from "../i18n/words";
import styles from "./List.module.css";
import { RowMenu } from "./RowMenu";
import { addressOf, RUNNING } from "./sections";
import { State } from "./State";

/** Rows at first, and with each wish for more: thousands at once are slow to draw. */
const SHOWN = 200;

interface Props {
  drafts: DraftRow[];
  status: Status | undefined;
  withKind: boolean;
  withCounts: boolean;
}

export function List({ drafts, status, withKind, withCounts }: Props) {
  const { t } = useTranslation();
  const [most, setMost] = useState(SHOWN);
  const counts = new Map(status?.documents.map((document) => [document.id, document]));
  return (
    <>
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
            {drafts.slice(0, most).map((draft) => (
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
      {drafts.length > most && (
        <Button variant="default" mt="sm" onClick={() => setMost(most + SHOWN)}>
          {t("list.moreOf", { shown: number(most), of: number(drafts.length) })}
        </Button>
      )}
    </>
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
  const who = { id: draft.id, name: draft.name };
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
          <Amount {...who} value={counts?.entered} behind="entered" isSpare />
          <Amount {...who} value={counts?.inside} behind="inside" />
          <Amount {...who} value={counts?.messages.sent} behind="sent" isSpare />
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

interface AmountProps {
  id: string;
  name: string;
  value: number | undefined;
  behind: "entered" | "inside" | "sent";
  isSpare?: boolean;
}

/** A number; what is spare is not shown on a phone. */
function Amount({ id, name, value, behind, isSpare }: AmountProps) {
  const { t } = useTranslation();
  return (
    <Table.Td className={`${styles.number ?? ""} numbers ${isSpare ? (styles.spare ?? "") : ""}`}>
      {value === undefined ? (
        <Text c="dimmed">–</Text>
      ) : (
        <Count
          document={id}
          value={value}
          of={`${name}, ${t(`counts.${behind}`)}`}
          ask={{ behind }}
          isShort
        />
      )}
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
