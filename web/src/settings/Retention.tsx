/** How long what is kept, how much would go, and what the last daily run did. */
import { Alert, Button, Group, Stack, Table, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { modals } from "@mantine/modals";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { get, post, put } from "../api/client";
import { draftPath, useDraft, useDrafts } from "../api/hooks";
import type { Draft, Forecast, Housekeeping } from "../api/types";
import { DurationControl } from "../forms/editors/DurationControl";
import { instant, number } from "../i18n/format";
import { durationWords } from "../i18n/duration";
import { told } from "../i18n/told";
import { isMap, textOf, type JsonMap } from "../model";
import { useMay } from "../session/session";
import { Loading } from "../shell/States";
import { tell } from "../shell/toasts";
import styles from "./Settings.module.css";

const SORTS = ["events", "steps", "message_contents", "calls", "rejects", "log"] as const;
type Sort = (typeof SORTS)[number];
const USUAL: Partial<Record<Sort, string>> = { rejects: "90d" };
const KEY = ["housekeeping"];

export function Retention() {
  const { t } = useTranslation();
  const running = useQuery({ queryKey: KEY, queryFn: () => get<Housekeeping>("/api/housekeeping") });
  const drafts = useDrafts().data;
  if (!running.data || !drafts) return <Loading />;
  const workspace = drafts.find(({ kind }) => kind === "workspace");
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        {t("retention.about")}
      </Text>
      {workspace ? (
        <OfDraft id={workspace.id} running={running.data} />
      ) : (
        <Sorts running={running.data} kept={running.data.retention} />
      )}
      <LastRun running={running.data} />
    </Stack>
  );
}

type Kept = Record<Sort, string | null>;

function OfDraft({ id, running }: { id: string; running: Housekeeping }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const mayChange = useMay("configure");
  const draft = useDraft("workspace", id).data;
  const [edited, edit] = useState<Partial<Kept>>({});
  const saving = useMutation({
    mutationFn: ({ etag, document }: Draft) =>
      put<Draft>(draftPath("workspace", id), { etag, document: { ...document, retention: spoken } }),
    onSuccess: () => {
      edit({});
      tell(t("retention.saved"));
      return Promise.all(
        [["drafts"], ["draft", "workspace", id]].map((queryKey) => client.invalidateQueries({ queryKey })),
      );
    },
  });
  if (!draft) return <Loading />;
  const written = isMap(draft.document.retention) ? draft.document.retention : {};
  const kept = { ...keptOf(written), ...edited };
  const spoken = spokenOf(kept);
  const isChanged = SORTS.some((sort) => kept[sort] !== keptOf(written)[sort]);
  const isAhead = SORTS.some((sort) => keptOf(written)[sort] !== running.retention[sort]);
  return (
    <>
      {isAhead && !isChanged && <Alert color="yellow">{t("retention.unpublished")}</Alert>}
      <Sorts
        running={running}
        kept={kept}
        onChange={mayChange ? (sort, value) => edit({ ...edited, [sort]: value }) : undefined}
      />
      {mayChange && (
        <Button
          style={{ alignSelf: "flex-start" }}
          disabled={!isChanged}
          loading={saving.isPending}
          onClick={() => saving.mutate(draft)}
        >
          {t("retention.save")}
        </Button>
      )}
    </>
  );
}

/** What the document says, with what holds where it says nothing. */
function keptOf(written: JsonMap): Kept {
  const of = (sort: Sort): string | null =>
    sort in written ? textOf(written[sort]) || null : (USUAL[sort] ?? null);
  return Object.fromEntries(SORTS.map((sort) => [sort, of(sort)])) as Kept;
}

/** What the document has to say: nothing of what holds anyway. */
function spokenOf(kept: Kept): JsonMap {
  return Object.fromEntries(
    SORTS.filter((sort) => kept[sort] !== (USUAL[sort] ?? null)).map((sort) => [sort, kept[sort]]),
  );
}

interface SortsProps {
  running: Housekeeping;
  kept: Kept;
  onChange?: ((sort: Sort, value: string | null) => void) | undefined;
}

function Sorts({ running, kept, onChange }: SortsProps) {
  const { t, i18n } = useTranslation();
  const [asked] = useDebouncedValue(kept, 400);
  const forecast = useQuery({
    queryKey: [...KEY, "forecast", asked, running.at],
    queryFn: () => post<Forecast[]>("/api/housekeeping/forecast", asked),
    placeholderData: (before) => before,
    retry: false,
  });
  const rows = new Map(forecast.data?.map((row) => [row.sort, row]));
  return (
    <>
      {forecast.error && <Alert color="red">{told(forecast.error.message)}</Alert>}
      <div className={styles.sheet} tabIndex={0}>
        <Table verticalSpacing={8} horizontalSpacing="md">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("retention.sort")}</Table.Th>
              <Table.Th ta="end">{t("retention.there")}</Table.Th>
              <Table.Th>{t("retention.kept")}</Table.Th>
              <Table.Th ta="end">{t("retention.wouldGo")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {SORTS.map((sort) => {
              const row = rows.get(sort);
              const name = t(`retention.sorts.${sort}`);
              const value = kept[sort];
              return (
                <Table.Tr key={sort} aria-label={name}>
                  <Table.Td miw={190} maw={300}>
                    <Text fw={550} size="sm">
                      {name}
                    </Text>
                    <Text size="xs" c="dimmed">
                      {t(`retention.hints.${sort}`)}
                    </Text>
                  </Table.Td>
                  <Table.Td className="numbers" ta="end">
                    {row ? number(row.rows) : "…"}
                    {row?.oldest && (
                      <Text size="xs" c="dimmed">
                        {t("retention.since", { at: instant(row.oldest) })}
                      </Text>
                    )}
                  </Table.Td>
                  <Table.Td miw={210} className={styles.bare}>
                    {onChange ? (
                      <DurationControl
                        schema={{}}
                        root={{}}
                        path={sort}
                        label={t("retention.keptOf", { name })}
                        error={null}
                        isRequired={false}
                        value={value ?? undefined}
                        onChange={(next) => onChange(sort, textOf(next) || null)}
                      />
                    ) : value ? (
                      durationWords(value, i18n.language)
                    ) : (
                      t("retention.forever")
                    )}
                  </Table.Td>
                  <Table.Td className="numbers" ta="end">
                    {row ? number(row.old) : "…"}
                  </Table.Td>
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      </div>
    </>
  );
}

function LastRun({ running }: { running: Housekeeping }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const mayRun = useMay("configure");
  const tidying = useMutation({
    mutationFn: () => post<Housekeeping>("/api/housekeeping"),
    onSuccess: () => client.invalidateQueries({ queryKey: KEY }),
  });
  const count = Object.values(running.deleted).reduce((sum, one) => sum + one, 0);
  const ask = (): void => {
    modals.openConfirmModal({
      title: t("retention.nowTitle"),
      children: <Text size="sm">{t("retention.nowText")}</Text>,
      labels: { confirm: t("retention.now"), cancel: t("actions.cancel") },
      confirmProps: { color: "red" },
      onConfirm: () => tidying.mutate(),
    });
  };
  return (
    <Group>
      <Text size="sm" aria-live="polite">
        {running.at === null
          ? t("retention.never")
          : `${t("retention.last", { at: instant(running.at) })} · ${t("retention.deleted", { count, shown: number(count) })}`}
      </Text>
      {mayRun && (
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconPlayerPlay size={14} />}
          loading={tidying.isPending}
          onClick={ask}
        >
          {t("retention.now")}
        </Button>
      )}
    </Group>
  );
}
