/** All documents that were published, with what matters most of each. */
import { Table, Text, Title } from "@mantine/core";
import { IconReportAnalytics } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { useDrafts, useStatus } from "../api/hooks";
import type { DocumentStatus } from "../api/types";
import { State } from "../documents/State";
import { Count } from "../crowd/Count";
import { percent } from "../i18n/format";
import { useWord } from "../i18n/words";
import { Empty, Failed, Loading } from "../shell/States";
import { reportOf } from "./addresses";
import { askOf } from "./report";
import styles from "./reports.module.css";

const share = (part: number | undefined, of: number | undefined): string =>
  of ? percent((part ?? 0) / of) : "–";

export function ReportList() {
  const { t } = useTranslation();
  const status = useStatus();
  const names = new Map(useDrafts().data?.map((draft) => [`${draft.kind}/${draft.id}`, draft.name]));
  return (
    <div className={styles.page}>
      <Title order={1} fz={22}>
        {t("reports.title")}
      </Title>
      <p className={styles.about}>{t("reports.about")}</p>
      {status.isPending && <Loading />}
      {status.error && !status.data && <Failed error={status.error} retry={() => void status.refetch()} />}
      {status.data?.documents.length === 0 && (
        <Empty icon={IconReportAnalytics} title={t("reports.none")} text={t("reports.noneText")} />
      )}
      {status.data && status.data.documents.length > 0 && (
        <div className={styles.sheet}>
          <Table verticalSpacing={9} horizontalSpacing="md" highlightOnHover>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("list.name")}</Table.Th>
                <Table.Th>{t("list.state")}</Table.Th>
                {(["entered", "inside", "sent", "openRate", "clickRate"] as const).map((name) => (
                  <Table.Th key={name} ta="end">
                    {t(`reports.columns.${name}`)}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {status.data.documents.map((document) => (
                <Row
                  key={document.id}
                  document={document}
                  name={names.get(`${document.kind}/${document.id}`) ?? document.id}
                />
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
    </div>
  );
}

function Row({ document, name }: { document: DocumentStatus; name: string }) {
  const { t } = useTranslation();
  const word = useWord();
  const { sent, opened, clicked } = document.messages;
  return (
    <Table.Tr>
      <Table.Td miw={140}>
        <Link href={reportOf(document.id)} className={styles.link}>
          {name}
        </Link>
        <Text size="xs" c="dimmed">
          {word("kinds", document.kind)}
        </Text>
      </Table.Td>
      <Table.Td>
        <State state={document.state} />
      </Table.Td>
      {[
        { of: "entered", value: document.entered, ask: { behind: "entered" } },
        { of: "inside", value: document.inside, ask: { behind: "inside" } },
        { of: "sent", value: sent ?? 0, ask: { behind: "sent" } },
        { of: "openRate", value: opened ?? 0, ask: askOf("opened"), shown: share(opened, sent) },
        { of: "clickRate", value: clicked ?? 0, ask: askOf("clicked"), shown: share(clicked, sent) },
      ].map(({ of, ...number }) => (
        <Table.Td key={of} ta="end" className="numbers">
          <Count document={document.id} of={`${name}, ${t(`reports.columns.${of as "sent"}`)}`} {...number} />
        </Table.Td>
      ))}
    </Table.Tr>
  );
}
