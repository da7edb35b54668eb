/** What went wrong in the last day, and what is wrong now. */
import { Badge, Code, Group, Text, Title } from "@mantine/core";
import {
  IconAlertTriangle,
  IconBell,
  IconCircleCheck,
  IconCpu,
  IconMailX,
  IconPlugConnectedX,
  IconTransferIn,
  IconWorldX,
  type Icon,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import type { Monitor } from "../api/types";
import { Count } from "../crowd/Count";
import { ago, instant, number } from "../i18n/format";
import { told } from "../i18n/told";
import { useWord } from "../i18n/words";
import { reportOf } from "../reports/addresses";
import styles from "./monitor.module.css";

type Trouble = Monitor["troubles"][number];
const ICONS: Record<Trouble["kind"], Icon> = {
  engine: IconCpu,
  channel: IconPlugConnectedX,
  alert: IconBell,
  task: IconAlertTriangle,
  discard: IconMailX,
  reject: IconTransferIn,
  call: IconWorldX,
};

/** `since`: when the day began that they are about. */
export function Troubles({ troubles, since }: { troubles: Trouble[]; since: string }) {
  const { t } = useTranslation();
  return (
    <section aria-labelledby="troubles">
      <Title order={2} fz={15} id="troubles" mb={8}>
        {t("monitor.troubles")}
      </Title>
      <div className={styles.sheet}>
        {troubles.length === 0 && (
          <Group gap={8} p="md" c="dimmed" wrap="nowrap">
            <IconCircleCheck size={18} aria-hidden />
            <Text>{t("monitor.calm")}</Text>
          </Group>
        )}
        <ul className={styles.list}>
          {troubles.map((trouble, index) => (
            <Row key={index} trouble={trouble} since={since} />
          ))}
        </ul>
      </div>
    </section>
  );
}

function Row({ trouble, since }: { trouble: Trouble; since: string }) {
  const { t } = useTranslation();
  const word = useWord();
  const { kind, at, count, document, node, code, name, detail } = trouble;
  const Picture = ICONS[kind];
  const what = [name, code && word("reasons", code, word("rejectCodes", code, code))]
    .filter(Boolean)
    .join(" · ");
  return (
    <li className={styles.trouble}>
      <Picture size={17} aria-hidden color="var(--mantine-color-red-6)" />
      <div className={styles.words}>
        <Group gap={6}>
          <Text size="sm" fw={560}>
            {t(`monitor.kinds.${kind}`)}
          </Text>
          {(count > 1 || (kind === "discard" && document)) && (
            <Badge color="red" className="numbers">
              {kind === "discard" && document ? (
                <Count
                  document={document}
                  value={count}
                  of={[t(`monitor.kinds.${kind}`), what].join(" · ")}
                  ask={{ behind: "discard", node, name: code, since }}
                />
              ) : (
                number(count)
              )}
            </Badge>
          )}
        </Group>
        {kind === "reject" && (
          <Link href="/data/rejects" className={styles.link}>
            {t("monitor.toRejects")}
          </Link>
        )}
        {document && (
          <Link href={reportOf(document)} className={styles.link}>
            {node ? `${document} / ${node}` : document}
          </Link>
        )}
        {what && <Text size="sm">{what}</Text>}
        {detail && (
          <Code block fz="xs" mt={4} style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
            {told(detail)}
          </Code>
        )}
      </div>
      <Text size="xs" c="dimmed" className="numbers" title={instant(at)}>
        {at === null ? t("monitor.nowShort") : ago(at)}
      </Text>
    </li>
  );
}
