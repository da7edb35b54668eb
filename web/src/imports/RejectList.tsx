/** Rows that do not fit, each with its line, the reason and what stood there. */
import { Badge, Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { RejectedRow } from "../api/types";
import list from "../documents/List.module.css";
import { number } from "../i18n/format";
import { told } from "../i18n/told";
import { useWord } from "../i18n/words";
import styles from "./imports.module.css";

export function RejectList({ rejects }: { rejects: RejectedRow[] }) {
  const { t } = useTranslation();
  const word = useWord();
  if (!rejects.length) return null;
  return (
    <div className={list.sheet}>
      <Table verticalSpacing={5} fz="sm" className={list.table} aria-label={t("imports.rejects")}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("imports.line")}</Table.Th>
            <Table.Th>{t("imports.reason")}</Table.Th>
            <Table.Th className={list.wide}>{t("imports.content")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rejects.map(({ line, code, reason, item }) => (
            <Table.Tr key={`${line} ${code}`}>
              <Table.Td className="numbers">{number(line)}</Table.Td>
              <Table.Td>
                <Badge color="red" tt="none" title={code}>
                  {word("rejectCodes", code, code)}
                </Badge>{" "}
                {told(reason)}
              </Table.Td>
              <Table.Td className={`${list.wide ?? ""} ${styles.values ?? ""}`}>
                <Text size="xs" className="code">
                  {item}
                </Text>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
