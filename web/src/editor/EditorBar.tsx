/** The head of an editor: name, state, problems, and what one can do with the document. */
import { ActionIcon, Badge, Button, Group, Text, Tooltip } from "@mantine/core";
import { IconArrowLeft, IconDeviceFloppy, IconReportAnalytics, IconRocket } from "@tabler/icons-react";
import { useContext, useEffect, useRef, useState, type ReactNode, type RefObject } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { useDocumentStatus } from "../api/hooks";
import { BUILT, RUNNING, sectionOf } from "../documents/sections";
import { State } from "../documents/State";
import { useWord } from "../i18n/words";
import { textOf } from "../model";
import { LifecycleMenu } from "../publish/LifecycleMenu";
import { PublishDialog } from "../publish/PublishDialog";
import { reportOf } from "../reports/addresses";
import { useMay } from "../session/session";
import { useDocument, useEditing } from "./EditorProvider";
import styles from "./EditorBar.module.css";
import { LeaveContext } from "./leaving";
import { useSaving } from "./saving";
import { isDirty } from "./store";

export function EditorBar({ children }: { children?: ReactNode }) {
  const { t } = useTranslation();
  const word = useWord();
  const [, go] = useLocation();
  const open = useDocument();
  const saved = useEditing((editing) => editing.saved);
  const dirty = useEditing(isDirty);
  const isUnreadable = useEditing((editing) => editing.typed?.error != null);
  const { save, isSaving } = useSaving();
  const [isPublishing, setPublishing] = useState(false);
  const status = useDocumentStatus(saved.id);
  const mayBuild = useMay("build");
  const mayConfigure = useMay("configure");
  const mayPublish = useMay("publish");
  const mayEdit = BUILT.has(saved.kind) ? mayBuild : mayConfigure;
  const runs = RUNNING.has(saved.kind);
  const state = (runs ? status?.state : undefined) ?? saved.published?.state ?? null;
  const canSave = mayEdit && dirty && !isUnreadable;
  const bar = useRef<HTMLElement>(null);
  useSaveKey(bar, canSave && !isSaving ? save : null);
  const section = sectionOf(saved.kind);
  const leave = useContext(LeaveContext);
  const behind = leave ? t("content.beside") : word("sections", section?.id ?? "overview");
  return (
    <header className={styles.bar} ref={bar}>
      <Tooltip label={behind}>
        <ActionIcon
          aria-label={t("editor.back", { name: behind })}
          onClick={() => (leave ? leave() : go(`/${section?.id ?? ""}`))}
        >
          <IconArrowLeft size={17} />
        </ActionIcon>
      </Tooltip>
      <div className={styles.names}>
        <h1 className={styles.title}>{textOf(open.title) || saved.id}</h1>
        <Text size="xs" c="dimmed" truncate className={styles.below}>
          <span className="code">{saved.id}</span> · {word("kinds", saved.kind)}
          {saved.published?.version != null &&
            ` · ${t("editor.version", { number: saved.published.version })}`}
        </Text>
      </div>
      {runs && <State state={state} />}
      {dirty && (
        <Badge variant="dot" color="orange" className={styles.unsaved}>
          {t("editor.unsaved")}
        </Badge>
      )}
      <Group gap={6} ml="auto" className={styles.acts}>
        {children}
        {mayEdit && (
          <Button
            variant="default"
            leftSection={<IconDeviceFloppy size={15} />}
            loading={isSaving}
            disabled={!canSave}
            onClick={save}
          >
            {t("actions.save")}
          </Button>
        )}
        {mayPublish && mayEdit && (
          <Button leftSection={<IconRocket size={15} />} onClick={() => setPublishing(true)}>
            {t("publish.do")}
          </Button>
        )}
        {runs && status && (
          <Tooltip label={t("reports.open")}>
            <ActionIcon
              component={Link}
              href={reportOf(saved.id)}
              variant="default"
              size={30}
              aria-label={t("reports.open")}
            >
              <IconReportAnalytics size={16} />
            </ActionIcon>
          </Tooltip>
        )}
        {runs && <LifecycleMenu id={saved.id} state={state} />}
      </Group>
      {isPublishing && <PublishDialog onClose={() => setPublishing(false)} />}
    </header>
  );
}

/** Where one editor stands over another, the key is for the one that is seen. */
function useSaveKey(bar: RefObject<HTMLElement | null>, save: (() => void) | null): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
      event.preventDefault();
      const top = [...document.querySelectorAll("[role=dialog][aria-modal=true]")].at(-1);
      if (!top || top.contains(bar.current)) save?.();
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, [bar, save]);
}
