/** How many meet a condition, who is among them, and the SQL that says so. */
import { Alert, Loader, Progress, Table, Text, Title } from "@mantine/core";
import { lazy, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "../api/client";
import { number, percent } from "../i18n/format";
import { valueText } from "../i18n/values";
import type { Json } from "../model";
import { usualColumns } from "../profiles/columns";
import { Said } from "../profiles/Said";
import { ProfileLink } from "../profiles/ProfileLink";
import { useVocabulary } from "../api/hooks";
import { useCount, type Question } from "./counting";
import styles from "./rules.module.css";
import { told } from "../i18n/told";

const CodeField = lazy(() => import("../forms/code/CodeField"));
const ROWS = 10;

export function CountPanel({ question }: { question: Question | null }) {
  const { t } = useTranslation();
  const { counted, error, isCounting } = useCount(question, ROWS);
  if (question === null) return <Text c="dimmed">{t("rules.unfinished")}</Text>;
  return (
    <div className={styles.panel}>
      <div aria-live="polite" aria-busy={isCounting}>
        {error ? (
          <Alert color="yellow">
            <span className="sentence">
              <Said text={messageOf(error) ?? t("errors.unexpected")} />
            </span>
          </Alert>
        ) : (
          counted && (
            <>
              <div className={styles.number}>{number(counted.count)}</div>
              <Text size="sm" c="dimmed">
                {t("rules.of", {
                  of: number(counted.of),
                  share: percent(counted.of ? counted.count / counted.of : 0),
                })}
              </Text>
              <Progress
                value={counted.of ? (100 * counted.count) / counted.of : 0}
                size="sm"
                my={6}
                aria-label={t("rules.share")}
              />
            </>
          )
        )}
        {isCounting ? (
          <Clock />
        ) : (
          counted && (
            <Text size="xs" c="dimmed">
              {t("rules.took", { ms: number(Math.round(counted.took_ms)) })}
            </Text>
          )
        )}
      </div>
      {counted && !error && (
        <>
          <Sample rows={counted.sample} />
          <div>
            <Title order={3} fz="sm" mb={4}>
              {t("rules.sql")}
            </Title>
            <div className={styles.sql}>
              <Suspense fallback={null}>
                <CodeField
                  language="sql"
                  value={counted.sql}
                  label={t("rules.sql")}
                  isReadOnly
                  onChange={() => undefined}
                />
              </Suspense>
            </div>
          </div>
        </>
      )}
    </div>
  );
}

const messageOf = (error: unknown): string | undefined =>
  error instanceof ApiError ? told(error.problems[0]?.message ?? error.message) : undefined;

/** How long the count has taken so far. */
function Clock() {
  const { t } = useTranslation();
  const [tenths, setTenths] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setTenths((now) => now + 1), 100);
    return () => clearInterval(timer);
  }, []);
  return (
    <Text size="xs" c="dimmed" className="numbers">
      <Loader size={10} me={6} />
      {t("rules.counting", { seconds: number(tenths / 10) })}
    </Text>
  );
}

function Sample({ rows }: { rows: Record<string, unknown>[] }) {
  const { t } = useTranslation();
  const attributes = useVocabulary().data?.profile ?? [];
  if (!rows.length) return null;
  const names = usualColumns(attributes)
    .filter((name) => rows.some((row) => row[name] != null))
    .slice(0, 2);
  return (
    <div>
      <Title order={3} fz="sm" mb={4}>
        {t("rules.sample")}
      </Title>
      <Table fz="xs" verticalSpacing={3}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("profiles.id")}</Table.Th>
            {names.map((name) => (
              <Table.Th key={name}>{name}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row, index) => (
            <Table.Tr key={index}>
              <Table.Td>
                <ProfileLink id={valueText(row.profile_id as Json)} />
              </Table.Td>
              {names.map((name) => (
                <Table.Td key={name} style={{ overflowWrap: "anywhere" }}>
                  {valueText(row[name] as Json)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
