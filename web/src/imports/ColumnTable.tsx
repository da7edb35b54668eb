/** The columns of a file, with some of their values, and what each is read to. */
import { Badge, Select, Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { FileColumn, ImportTarget } from "../api/types";
import list from "../documents/List.module.css";
import { useWord } from "../i18n/words";
import styles from "./imports.module.css";

interface Props {
  found: FileColumn[];
  target: ImportTarget;
  columns: Record<string, string>;
  isByRow: boolean;
  onChange: (column: string, attribute: string) => void;
}

const WHYS = ["same name", "known name", "like name"] as const;

export function ColumnTable({ found, target, columns, isByRow, onChange }: Props) {
  const { t } = useTranslation();
  const word = useWord();
  const types = Object.fromEntries(target.fields.map(({ name, type }) => [name, type]));
  const taken = new Set(Object.values(columns).filter(Boolean));
  return (
    <div className={list.sheet}>
      <Table verticalSpacing={6} fz="sm" className={list.table} aria-label={t("imports.columns")}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("imports.column")}</Table.Th>
            <Table.Th className={list.wide}>{t("imports.values")}</Table.Th>
            <Table.Th>{t("imports.readTo")}</Table.Th>
            <Table.Th className={list.wide}>{t("imports.type")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {found.map((column) => {
            const value = columns[column.name] ?? "";
            const why = WHYS.find((one) => one === column.why);
            return (
              <Table.Tr key={column.name}>
                <Table.Td style={{ overflowWrap: "anywhere" }}>
                  <b style={{ fontWeight: 570 }}>{column.name}</b>
                  {column.type && (
                    <div className={styles.quiet}>{word("values", column.type, column.type)}</div>
                  )}
                </Table.Td>
                <Table.Td className={`${list.wide ?? ""} ${styles.values ?? ""}`}>
                  {column.values
                    .map((one) => (typeof one === "string" ? one : JSON.stringify(one)))
                    .join(" · ") || "–"}
                </Table.Td>
                <Table.Td>
                  <Select
                    aria-label={t("imports.readToOf", { column: column.name })}
                    data={optionsOf(column)}
                    value={value}
                    searchable
                    allowDeselect={false}
                    onChange={(next) => onChange(column.name, next ?? "")}
                  />
                  {why && value === column.attribute && (
                    <span className={styles.quiet}>{t(`imports.whys.${keyOf(why)}`)}</span>
                  )}
                </Table.Td>
                <Table.Td className={list.wide}>
                  {value === "" ? (
                    <Badge color="gray">{t("imports.leftOut")}</Badge>
                  ) : (
                    <Text size="sm">
                      {types[value] ? word("values", types[value], types[value]) : t("imports.property")}
                      {value === target.key && ` · ${t("imports.key")}`}
                    </Text>
                  )}
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </div>
  );

  function optionsOf(column: FileColumn): { value: string; label: string; disabled?: boolean }[] {
    const fixed = target.fields.filter(
      ({ name }) => !target.open || !isByRow || FIXED.has(name) || name === column.name,
    );
    const own = target.open && !(column.name in types) ? [{ value: column.name, label: column.name }] : [];
    return [
      { value: "", label: t("imports.leaveOut") },
      ...own,
      ...fixed.map(({ name }) => ({
        value: name,
        label: name,
        disabled: taken.has(name) && columns[column.name] !== name,
      })),
    ];
  }
}

/** What an event has beside its properties; a property of a row that names its own columns keeps its name. */
const FIXED: ReadonlySet<string> = new Set(["profile_id", "event", "timestamp", "messageId"]);
const keyOf = (why: (typeof WHYS)[number]) => why.replace(" name", "") as "same" | "known" | "like";
