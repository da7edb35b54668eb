/** The documents of one part of the studio. */
import { Button, Group, SegmentedControl, TextInput, Title } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconPlus, IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDrafts, useStatus } from "../api/hooks";
import { CrowdPanel } from "../crowd/CrowdPanel";
import { useWord } from "../i18n/words";
import { GuideLink } from "../shell/GuideLink";
import { OF_SECTION } from "../shell/guides";
import { Empty, Failed, Loading } from "../shell/States";
import { useMay } from "../session/session";
import { filtered, FILTERS, type Filter } from "./filters";
import { List } from "./List";
import styles from "./List.module.css";
import { NewDialog } from "./NewDialog";
import { BUILT, RUNNING, type Section } from "./sections";
import { SectionTabs } from "./SectionTabs";

export function ListPage({ section }: { section: Section }) {
  const { t } = useTranslation();
  const word = useWord();
  const drafts = useDrafts();
  const status = useStatus();
  const [text, setText] = useState("");
  const [search] = useDebouncedValue(text, 120);
  const [filter, setFilter] = useState<Filter>("all");
  const [isNew, setNew] = useState(false);
  const mayBuild = useMay("build");
  const mayConfigure = useMay("configure");
  const runs = section.kinds.some((kind) => RUNNING.has(kind));
  const makes = section.kinds.filter(
    (kind) => (BUILT.has(kind) ? mayBuild : mayConfigure) && kind !== "workspace",
  );
  const mine = (drafts.data ?? []).filter((draft) => section.kinds.includes(draft.kind));
  const shown = filtered(mine, search, filter);
  const create = makes.length > 0 && (
    <Button leftSection={<IconPlus size={15} />} onClick={() => setNew(true)}>
      {t("list.new")}
    </Button>
  );
  return (
    <div className={styles.page}>
      <Group justify="space-between" className={styles.head}>
        <div>
          <Title order={1} fz={22}>
            {word("sections", section.id)}
          </Title>
          <p className={styles.about}>
            {t(`about.${section.id as "journeys"}`)} <GuideLink page={OF_SECTION[section.id]} />
          </p>
        </div>
        {create}
      </Group>
      <SectionTabs section={section} />
      {mine.length > 0 && (
        <Group className={styles.tools}>
          <TextInput
            className={styles.search}
            leftSection={<IconSearch size={14} />}
            placeholder={t("list.search")}
            aria-label={t("list.search")}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <SegmentedControl
            aria-label={t("list.filter")}
            data={FILTERS.filter((one) => runs || !one.isLifecycle).map((one) => ({
              value: one.id,
              label: t(`list.filters.${one.id}`),
            }))}
            value={filter}
            onChange={(value) => setFilter(value)}
          />
        </Group>
      )}
      {drafts.isPending && <Loading />}
      {drafts.error && <Failed error={drafts.error} retry={() => void drafts.refetch()} />}
      {drafts.data && mine.length === 0 && (
        <Empty icon={section.icon} title={t("list.empty")} text={t(`about.${section.id as "journeys"}`)}>
          {create}
        </Empty>
      )}
      {mine.length > 0 && shown.length === 0 && (
        <Empty icon={IconSearch} title={t("list.nothing")} text={t("list.nothingText")} />
      )}
      {shown.length > 0 && (
        <List drafts={shown} status={status.data} withKind={section.kinds.length > 1} withCounts={runs} />
      )}
      {runs && <CrowdPanel />}
      <NewDialog kinds={makes} opened={isNew} onClose={() => setNew(false)} />
    </div>
  );
}
