/** What happened to a profile, the newest first. */
import { Button, Chip, Group, ThemeIcon, Title } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { IconChevronDown, IconChevronRight, IconTimeline } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { get } from "../api/client";
import { useDrafts, useStatus } from "../api/hooks";
import type { Happened, HappenedPage } from "../api/types";
import { addressOf } from "../documents/sections";
import { clockTime, day } from "../i18n/format";
import type { Json } from "../model";
import { Empty, Failed, Loading } from "../shell/States";
import { profilePath } from "./addresses";
import { Fact } from "./Facts";
import { GROUPS, LOOKS, momentDetail, momentText } from "./moments";
import styles from "./profiles.module.css";

export function Timeline({ id }: { id: string }) {
  const { t } = useTranslation();
  const [groups, setGroups] = useState<string[]>([]);
  const kinds = GROUPS.filter((one) => groups.includes(one.id)).flatMap((one) => one.kinds);
  const life = useInfiniteQuery({
    queryKey: ["life", id, kinds],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) => {
      const wish = new URLSearchParams({ limit: "50" });
      for (const kind of kinds) wish.append("kind", kind);
      if (pageParam !== null) wish.set("before", pageParam);
      return get<HappenedPage>(`${profilePath(id)}/timeline?${wish.toString()}`);
    },
    getNextPageParam: (page) => page.next,
    refetchInterval: (query) => ((query.state.data?.pages.length ?? 0) > 1 ? false : 10_000),
  });
  const rows = life.data?.pages.flatMap((page) => page.rows) ?? [];
  return (
    <div>
      <Chip.Group multiple value={groups} onChange={setGroups}>
        <Group gap={6} mb="md" role="group" aria-label={t("moments.show")}>
          {GROUPS.map((group) => (
            <Chip key={group.id} value={group.id} size="xs" variant="light">
              {t(`moments.groups.${group.id}`)}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      {life.isPending && <Loading />}
      {!life.data && life.error && <Failed error={life.error} retry={() => void life.refetch()} />}
      {life.data && !rows.length && <Empty icon={IconTimeline} title={t("moments.empty")} />}
      {days(rows).map(({ name, moments }) => (
        <section key={name} aria-label={name}>
          <Title order={3} className={styles.day ?? ""}>
            {name}
          </Title>
          <ol className={styles.moments}>
            {moments.map((moment, index) => (
              <Moment key={`${moment.at}${index}`} moment={moment} />
            ))}
          </ol>
        </section>
      ))}
      {life.hasNextPage && (
        <Button
          variant="default"
          fullWidth
          mt="md"
          loading={life.isFetchingNextPage}
          onClick={() => void life.fetchNextPage()}
        >
          {t("moments.older")}
        </Button>
      )}
    </div>
  );
}

function days(rows: Happened[]): { name: string; moments: Happened[] }[] {
  const found: { name: string; moments: Happened[] }[] = [];
  for (const row of rows) {
    const name = day(row.at);
    const last = found.at(-1);
    if (last?.name === name) last.moments.push(row);
    else found.push({ name, moments: [row] });
  }
  return found;
}

function Moment({ moment }: { moment: Happened }) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const { icon: Picture, color } = LOOKS[moment.kind];
  const properties = Object.entries(moment.properties ?? {}) as [string, Json][];
  const detail = momentDetail(moment);
  return (
    <li className={styles.moment} data-kind={moment.kind}>
      <ThemeIcon className={styles.mark ?? ""} variant="light" color={color} radius="xl" aria-hidden>
        <Picture size={15} />
      </ThemeIcon>
      <div className={styles.told}>
        {properties.length > 0 ? (
          <Button
            variant="transparent"
            color="gray"
            c="var(--mantine-color-text)"
            size="compact-sm"
            px={0}
            h="auto"
            fw={550}
            aria-expanded={isOpen}
            rightSection={isOpen ? <IconChevronDown size={13} /> : <IconChevronRight size={13} />}
            styles={{ root: { border: 0 }, section: { marginInlineStart: 2 } }}
            onClick={() => setOpen(!isOpen)}
          >
            {momentText(moment)}
          </Button>
        ) : (
          <b style={{ fontWeight: 550 }}>{momentText(moment)}</b>
        )}
        <Where moment={moment} />
        {detail && <div className={styles.quiet}>{detail}</div>}
      </div>
      <time className={`${styles.time ?? ""} numbers`} dateTime={moment.at}>
        {clockTime(moment.at)}
      </time>
      {isOpen && (
        <dl className={`${styles.facts ?? ""} ${styles.more ?? ""}`} aria-label={t("moments.properties")}>
          {properties.map(([name, value]) => (
            <Fact key={name} name={name} value={value} />
          ))}
        </dl>
      )}
    </li>
  );
}

/** The document and step, if it was in one. */
function Where({ moment: { document, version, node } }: { moment: Happened }) {
  const { t } = useTranslation();
  const kind = useStatus().data?.documents.find((one) => one.id === document)?.kind;
  const name = useDrafts().data?.find((one) => one.id === document && one.kind === kind)?.name ?? document;
  if (document === null) return null;
  return (
    <div className={styles.quiet}>
      {kind ? <Link href={addressOf(kind, document)}>{name}</Link> : name}
      {version !== null && ` · ${t("moments.version", { version })}`}
      {node !== null && (
        <>
          {" · "}
          <span className="code">{node}</span>
        </>
      )}
    </div>
  );
}
