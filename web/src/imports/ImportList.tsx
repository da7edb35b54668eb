/** Files that were sent: what waits for its mapping, what runs, and what became of the others. */
import { ActionIcon, Badge, Button, Group, Progress, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconDownload, IconPlayerStop, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { fileAt, get } from "../api/client";
import type { RejectedRow, Upload } from "../api/types";
import { ago, number, percent } from "../i18n/format";
import { told } from "../i18n/told";
import { bytes, isBusy, pathOf, shareOf, useRemove, useStop } from "./imports";
import styles from "./imports.module.css";
import { RejectList } from "./RejectList";

const COLORS = {
  ready: "blue",
  waiting: "gray",
  running: "blue",
  stopped: "yellow",
  done: "teal",
  failed: "red",
} as const;

interface Props {
  uploads: Upload[];
  onOpen: (id: string) => void;
}

export function ImportList({ uploads, onOpen }: Props) {
  const { t } = useTranslation();
  if (!uploads.length) return null;
  return (
    <section aria-labelledby="imports">
      <h2 id="imports" className={styles.heading}>
        {t("imports.title")}
      </h2>
      <ul className={styles.list}>
        {uploads.map((upload) => (
          <Row key={upload.id} upload={upload} onOpen={() => onOpen(upload.id)} />
        ))}
      </ul>
    </section>
  );
}

function Row({ upload, onOpen }: { upload: Upload; onOpen: () => void }) {
  const { t, i18n } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const stopping = useStop();
  const removing = useRemove();
  const { id, name, state, rows, rejected, mapping, error, size, at, ended_at, resumed } = upload;
  const facts = [
    mapping && t("imports.to", { target: targetName(mapping.target) }),
    bytes(size, i18n.language),
    ago(ended_at ?? at),
  ].filter(Boolean);
  return (
    <li className={styles.item} aria-label={name}>
      <div className={styles.itemHead}>
        <div style={{ minWidth: 0 }}>
          <Group gap={8}>
            <Text fw={570} style={{ overflowWrap: "anywhere" }}>
              {name}
            </Text>
            <Badge color={COLORS[state]}>{t(`imports.states.${state}`)}</Badge>
          </Group>
          <Text size="xs" c="dimmed">
            {facts.join(" · ")}
            {resumed && ` · ${t("imports.resumed")}`}
          </Text>
        </div>
        <Group gap={6} wrap="nowrap">
          {(state === "ready" || state === "stopped" || state === "failed") && (
            <Button size="compact-sm" variant="default" onClick={onOpen}>
              {t(state === "ready" ? "imports.map" : "imports.goOn")}
            </Button>
          )}
          {isBusy(upload) ? (
            <ActionIcon
              aria-label={t("imports.stopOf", { name })}
              loading={stopping.isPending}
              onClick={() => stopping.mutate(id)}
            >
              <IconPlayerStop size={15} />
            </ActionIcon>
          ) : (
            <ActionIcon aria-label={t("imports.removeOf", { name })} onClick={() => removing.mutate(id)}>
              <IconTrash size={15} />
            </ActionIcon>
          )}
        </Group>
      </div>
      {isBusy(upload) && <Running upload={upload} />}
      {state !== "ready" && (
        <Text size="sm" className="numbers">
          {t("imports.taken", { count: rows - rejected, shown: number(rows - rejected) })}
          {rejected > 0 && (
            <>
              {" · "}
              <button
                type="button"
                className={styles.link}
                aria-expanded={isOpen}
                onClick={() => setOpen(!isOpen)}
              >
                {t("imports.rejected", { count: rejected, shown: number(rejected) })}
              </button>
            </>
          )}
        </Text>
      )}
      {error && (
        <Text size="sm" c="red">
          {told(error.message)} {told(error.hint)}
        </Text>
      )}
      {isOpen && <Rejected upload={upload} />}
    </li>
  );

  function targetName(target: string): string {
    return target === "profiles" || target === "events" ? t(`imports.targets.${target}`) : target;
  }
}

function Running({ upload }: { upload: Upload }) {
  const { t } = useTranslation();
  const share = shareOf(upload);
  const label = share === null ? t("imports.states.running") : percent(share);
  return (
    <Progress
      value={share === null ? 100 : share * 100}
      animated={share === null}
      aria-label={t("imports.progress", { share: label })}
    />
  );
}

function Rejected({ upload: { id, rows } }: { upload: Upload }) {
  const { t } = useTranslation();
  const found = useQuery({
    queryKey: ["upload-rejects", id, rows],
    queryFn: () => get<RejectedRow[]>(pathOf(id, "/rejects")),
  });
  return (
    <div className={styles.look}>
      <Button
        component="a"
        href={fileAt(pathOf(id, "/rejects.csv"))}
        variant="default"
        size="compact-sm"
        style={{ justifySelf: "start" }}
        leftSection={<IconDownload size={14} />}
      >
        {t("imports.download")}
      </Button>
      <RejectList rejects={found.data ?? []} />
    </div>
  );
}
