/** What would become of the first rows: good ones as they would be kept, and what is wrong with the others. */
import { Alert, Table, Text, Title } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Look } from "../api/types";
import list from "../documents/List.module.css";
import { number } from "../i18n/format";
import { told } from "../i18n/told";
import { valueText } from "../i18n/values";
import type { Json } from "../model";
import { RejectList } from "./RejectList";
import styles from "./imports.module.css";

export function LookPanel({ look, isStale }: { look: Look; isStale: boolean }) {
  const { t } = useTranslation();
  const { rows, rejected, rejects, sample, error, all } = look;
  if (error)
    return (
      <Alert color="red" icon={<IconAlertTriangle size={18} />} title={told(error.message)}>
        {told(error.hint)}
      </Alert>
    );
  const good = rows - rejected;
  const said = t(all ? "imports.lookedAll" : "imports.looked", { rows: number(rows), good: number(good) });
  const names = Object.keys(sample[0] ?? {});
  return (
    <section className={styles.look} data-stale={isStale || undefined} aria-label={t("imports.look")}>
      <Alert
        color={rejected ? "yellow" : "teal"}
        icon={rejected ? <IconAlertTriangle size={18} /> : <IconCircleCheck size={18} />}
        title={said}
      >
        {rejected > 0 && t("imports.someRejected", { count: rejected, shown: number(rejected) })}
      </Alert>
      {sample.length > 0 && (
        <>
          <Title order={3} fz="sm">
            {t("imports.sample")}
          </Title>
          <div className={list.sheet}>
            <Table verticalSpacing={5} fz="xs" className={list.table}>
              <Table.Thead>
                <Table.Tr>
                  {names.map((name) => (
                    <Table.Th key={name}>{name}</Table.Th>
                  ))}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {sample.map((row, index) => (
                  <Table.Tr key={index}>
                    {names.map((name) => (
                      <Table.Td key={name} className={styles.cell}>
                        {row[name] == null ? <Text c="dimmed">–</Text> : valueText(row[name] as Json)}
                      </Table.Td>
                    ))}
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </div>
        </>
      )}
      <RejectList rejects={rejects} />
    </section>
  );
}
