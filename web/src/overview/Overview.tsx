/** The first page: what runs, what is wrong, what was worked on. */
import { Button, Group, Text, Title } from "@mantine/core";
import { IconAlertTriangle, IconPencil, IconPlugConnectedX, IconPlus, IconRoute } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { get } from "../api/client";
import { useDrafts, useStatus } from "../api/hooks";
import type { ChannelStates, DocumentStatus, DraftRow } from "../api/types";
import { Count } from "../crowd/Count";
import { CrowdPanel } from "../crowd/CrowdPanel";
import { NewDialog } from "../documents/NewDialog";
import { addressOf, RUNNING } from "../documents/sections";
import { State } from "../documents/State";
import { ago, instant, number, short } from "../i18n/format";
import { told } from "../i18n/told";
import { useWord } from "../i18n/words";
import { BeginBanner } from "../onboarding/BeginBanner";
import { askOf } from "../reports/report";
import { useMay, useSignedIn, useWelcome } from "../session/session";
import { Facts } from "../shell/Facts";
import { Empty, Failed, Loading } from "../shell/States";
import styles from "./Overview.module.css";

/** Documents that are listed with what they need. */
const MOST = 12;

export function Overview() {
  const { t } = useTranslation();
  const { user } = useSignedIn();
  const drafts = useDrafts();
  const status = useStatus();
  const workspace = useWelcome().data?.workspace.name ?? "";
  const [isNew, setNew] = useState(false);
  const mayBuild = useMay("build");
  const error = drafts.error ?? status.error;
  if (!drafts.data || !status.data)
    return error ? (
      <Failed error={error} retry={() => void Promise.all([drafts.refetch(), status.refetch()])} />
    ) : (
      <Loading height="60vh" />
    );
  const running = status.data.documents.filter(({ state }) => state === "live" || state === "paused");
  const names = new Map(drafts.data.map((draft) => [`${draft.kind}/${draft.id}`, draft.name]));
  const create = mayBuild && (
    <Button leftSection={<IconPlus size={15} />} onClick={() => setNew(true)}>
      {t("overview.newJourney")}
    </Button>
  );
  return (
    <div className={styles.page}>
      <Group justify="space-between" align="flex-start" mb={22}>
        <div>
          <Title order={1} fz={24}>
            {t("overview.hello", { name: user.display_name || user.name })}
          </Title>
          <Text c="dimmed">{t("overview.clock", { workspace, now: instant(status.data.now) })}</Text>
        </div>
        {create}
      </Group>
      <BeginBanner />
      <Totals
        documents={status.data.documents}
        waiting={status.data.items.appended - status.data.items.processed}
      />
      <div className={styles.columns}>
        <section aria-labelledby="running">
          <Title order={2} fz={15} id="running" className={styles.heading}>
            {t("overview.running")}
          </Title>
          {running.length === 0 && (
            <div className={styles.box}>
              <Empty icon={IconRoute} title={t("overview.nothingRuns")} text={t("overview.nothingRunsText")}>
                {create}
              </Empty>
            </div>
          )}
          <div className={styles.cards}>
            {running.map((document) => (
              <Running
                key={document.id}
                document={document}
                name={names.get(`${document.kind}/${document.id}`) ?? document.id}
              />
            ))}
          </div>
        </section>
        <Attention drafts={drafts.data} />
      </div>
      <CrowdPanel />
      <NewDialog kinds={["journey"]} opened={isNew} onClose={() => setNew(false)} />
    </div>
  );
}

function Totals({ documents, waiting }: { documents: DocumentStatus[]; waiting: number }) {
  const { t } = useTranslation();
  const sum = (count: (document: DocumentStatus) => number | undefined): number =>
    documents.reduce((total, one) => total + (count(one) ?? 0), 0);
  const facts = [
    ["inside", sum((one) => one.inside), { behind: "inside" }],
    ["entered", sum((one) => one.entered), { behind: "entered" }],
    ["sent", sum((one) => one.messages.sent), { behind: "sent" }],
    ["opened", sum((one) => one.messages.opened), askOf("opened")],
    ["queue", waiting, null],
  ] as const;
  return (
    <Facts
      facts={facts.map(([name, value, ask]) => {
        const label = t(`overview.totals.${name}`);
        const shown = ask ? (
          <Count document={null} value={value} of={label} ask={ask} isShort />
        ) : (
          short(value)
        );
        return { name, label, shown, exact: value };
      })}
    />
  );
}

function Running({ document, name }: { document: DocumentStatus; name: string }) {
  const { t } = useTranslation();
  const word = useWord();
  return (
    <div className={styles.card}>
      <Group justify="space-between" wrap="nowrap" gap={8}>
        <Link href={addressOf(document.kind, document.id)} className={styles.whole}>
          {name}
        </Link>
        <State state={document.state} />
      </Group>
      <Text size="xs" c="dimmed" mb={10}>
        {word("kinds", document.kind)}
      </Text>
      <dl className={`${styles.counts ?? ""} numbers`}>
        {(["inside", "entered", "sent"] as const).map((behind) => (
          <div key={behind}>
            <dd>
              <Count
                document={document.id}
                value={behind === "sent" ? (document.messages.sent ?? 0) : document[behind]}
                of={`${name}, ${t(`counts.${behind}`)}`}
                ask={{ behind }}
                isShort
              />
            </dd>
            <dt>{t(`counts.${behind}`)}</dt>
          </div>
        ))}
      </dl>
    </div>
  );
}

function Attention({ drafts }: { drafts: DraftRow[] }) {
  const { t } = useTranslation();
  const word = useWord();
  const wrong = drafts.filter((draft) => draft.errors > 0);
  const changed = drafts
    .filter((draft) => draft.errors === 0 && draft.changed && RUNNING.has(draft.kind))
    .sort((a, b) => b.modified_at.localeCompare(a.modified_at));
  const all = [...wrong, ...changed];
  const shown = all.slice(0, MOST);
  const troubled = useTroubled();
  return (
    <section aria-labelledby="attention">
      <Title order={2} fz={15} id="attention" className={styles.heading}>
        {t("overview.attention")}
      </Title>
      <div className={styles.box}>
        {shown.length + troubled.length === 0 && (
          <Text c="dimmed" p="md">
            {t("overview.calm")}
          </Text>
        )}
        {troubled.map(([id, trouble]) => (
          <Link key={`channel/${id}`} href="/channels/delivery" className={styles.line}>
            <IconPlugConnectedX size={16} color="var(--mantine-color-red-6)" aria-hidden />
            <span className={styles.lineWords}>
              <Text size="sm" fw={550} truncate>
                {id}
              </Text>
              <Text size="xs" c="dimmed" truncate title={told(trouble)}>
                {t("monitor.kinds.channel")}: {told(trouble)}
              </Text>
            </span>
          </Link>
        ))}
        {shown.map((draft) => (
          <Link
            key={`${draft.kind}/${draft.id}`}
            href={addressOf(draft.kind, draft.id)}
            className={styles.line}
          >
            {draft.errors > 0 ? (
              <IconAlertTriangle size={16} color="var(--mantine-color-red-6)" aria-hidden />
            ) : (
              <IconPencil size={16} color="var(--quiet)" aria-hidden />
            )}
            <span className={styles.lineWords}>
              <Text size="sm" fw={550} truncate>
                {draft.name}
              </Text>
              <Text size="xs" c="dimmed" truncate>
                {word("kinds", draft.kind)} ·{" "}
                {draft.errors > 0
                  ? t("problems.errors", { count: draft.errors })
                  : draft.version === null
                    ? t("overview.neverPublished")
                    : t("list.changed")}
              </Text>
            </span>
            <Text size="xs" c="dimmed">
              {ago(draft.modified_at)}
            </Text>
          </Link>
        ))}
        {all.length > MOST && (
          <Text size="sm" c="dimmed" p="sm" className="numbers">
            {t("overview.moreOf", { count: all.length - MOST, shown: number(all.length - MOST) })}
          </Text>
        )}
      </div>
    </section>
  );
}

/** Channels that cannot send, with the reason. */
function useTroubled(): [id: string, trouble: string][] {
  const channels = useQuery({
    queryKey: ["channels"],
    queryFn: () => get<ChannelStates>("/api/channels"),
    refetchInterval: 10_000,
  });
  return Object.entries(channels.data ?? {}).flatMap(([id, { trouble }]) => (trouble ? [[id, trouble]] : []));
}
