/** What differs, place by place. */
import { Code, Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Change } from "../api/types";
import { scalarText, type Json } from "../model";

const MOST = 40;

export function Changes({ changes }: { changes: readonly Change[] }) {
  const { t } = useTranslation();
  if (!changes.length) return <Text c="dimmed">{t("publish.nothingChanged")}</Text>;
  return (
    <Table fz="xs" layout="fixed">
      <Table.Thead>
        <Table.Tr>
          <Table.Th w="30%">{t("publish.place")}</Table.Th>
          <Table.Th>{t("publish.before")}</Table.Th>
          <Table.Th>{t("publish.after")}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {changes.slice(0, MOST).map(({ path, kind, before, after }) => (
          <Table.Tr key={path}>
            <Table.Td className="code" style={{ overflowWrap: "anywhere" }}>
              {path || t("publish.whole")}
            </Table.Td>
            <Table.Td>{kind !== "added" && <Shown value={before as Json} />}</Table.Td>
            <Table.Td>{kind !== "removed" && <Shown value={after as Json} />}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
      {changes.length > MOST && <caption>{t("publish.andMore", { count: changes.length - MOST })}</caption>}
    </Table>
  );
}

function Shown({ value }: { value: Json }) {
  return (
    <Code style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
      {scalarText(value) || JSON.stringify(value)}
    </Code>
  );
}
