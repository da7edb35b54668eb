/** The editor of templates and blocks: content on one side, what it becomes on the other. */
import { Badge, Button, Group, Skeleton, Tabs } from "@mantine/core";
import { IconLayoutSidebarRight, IconSend } from "@tabler/icons-react";
import { lazy, Suspense, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Catalog, Problem } from "../api/types";
import { placed, worst } from "../canvas/problems";
import { EditorBar } from "../editor/EditorBar";
import { useDocument, useEditing, useEditor } from "../editor/EditorProvider";
import { Notices } from "../editor/Notices";
import { ProblemList } from "../editor/ProblemList";
import { ProblemsTab } from "../editor/ProblemsTab";
import { show } from "../forms/code/places";
import { Form } from "../forms/Form";
import { SurroundingsContext } from "../forms/surroundings";
import { useWord } from "../i18n/words";
import { textOf, type Doc } from "../model";
import { useMay } from "../session/session";
import { Boundary } from "../shell/Boundary";
import { ContentForm } from "./ContentForm";
import { channelOf, contentFields, OWN, placeOf } from "./fields";
import { LocaleTabs } from "./LocaleTabs";
import { PlaceContext, usePlace, type Mode } from "./places";
import { NOBODY, ReaderContext, usePreview, type Reader } from "./previewing";
import { PreviewPane } from "./PreviewPane";
import { ProofDialog } from "./ProofDialog";
import { VariableMenu } from "./VariableMenu";
import styles from "./content.module.css";

const YamlView = lazy(() => import("../editor/YamlView"));
const COLORS = { error: "red", warning: "yellow" } as const;
const PRIMARY = ["title", "description"];
const TRIES = 30;
const PAUSE_MS = 80;
/** Pixels of a window that has room for the designer and the preview. */
const ROOMY = 1600;
const isDesigned = (document: Doc): boolean =>
  document.kind === "template" && typeof document.mjml === "string";

export default function TemplateEditor({ catalog }: { catalog: Catalog }) {
  const [locale, setLocale] = useState(OWN);
  const [mode, setMode] = useState<Mode>("designer");
  const [reader, setReader] = useState<Reader>(NOBODY);
  const document = useDocument();
  const [isBeside, setBeside] = useState(() => !isDesigned(document) || window.innerWidth >= ROOMY);
  const place = useMemo(
    () => ({ locale, setLocale, mode, setMode, isBeside, setBeside }),
    [locale, mode, isBeside],
  );
  const reading = useMemo(() => ({ reader, setReader }), [reader]);
  return (
    <PlaceContext value={place}>
      <ReaderContext value={reading}>
        <Desk catalog={catalog} />
      </ReaderContext>
    </PlaceContext>
  );
}

function Desk({ catalog }: { catalog: Catalog }) {
  const { t } = useTranslation();
  const document = useDocument();
  const isLocked = !useMay("build");
  const mayTest = useMay("test");
  const [isProving, setProving] = useState(false);
  const { isBeside, setBeside } = usePlace();
  const problems = useProblems();
  const surroundings = useMemo(
    () => ({ document, steps: [], step: null, problems: placed(problems, {}), event: null }),
    [document, problems],
  );
  const found = worst(problems);
  const channel = channelOf(document);
  const word = useWord();
  const title = catalog.channels.find(({ type }) => type === channel)?.title;
  return (
    <div className={styles.page}>
      <EditorBar>
        {mayTest && document.kind === "template" && (
          <Button variant="default" leftSection={<IconSend size={14} />} onClick={() => setProving(true)}>
            {t("content.proof")}
          </Button>
        )}
      </EditorBar>
      <Notices />
      <SurroundingsContext value={surroundings}>
        <div className={styles.desk} data-wide={isBeside ? undefined : true}>
          <section className={styles.editing} aria-label={t("content.name")}>
            <Group justify="space-between" mb="md" gap="xs">
              <Group gap={10}>
                {document.kind === "template" && channel && (
                  <Badge size="md">{word("nodes", channel, title)}</Badge>
                )}
                <LocaleTabs isLocked={isLocked} />
              </Group>
              <Group gap={8}>
                {!isLocked && <VariableMenu />}
                <Button
                  size="compact-xs"
                  variant="default"
                  leftSection={<IconLayoutSidebarRight size={14} />}
                  aria-pressed={isBeside}
                  onClick={() => setBeside(!isBeside)}
                  rightSection={
                    !isBeside && problems.length > 0 ? (
                      <Badge
                        size="xs"
                        circle={problems.length < 10}
                        variant="filled"
                        color={COLORS[found ?? "warning"]}
                      >
                        {problems.length}
                      </Badge>
                    ) : undefined
                  }
                >
                  {t(isBeside ? "content.hidePreview" : "content.showPreview")}
                </Button>
              </Group>
            </Group>
            <fieldset disabled={isLocked} className={styles.fieldset}>
              <Boundary at="content">
                <ContentForm catalog={catalog} isLocked={isLocked} />
              </Boundary>
            </fieldset>
          </section>
          <Beside catalog={catalog} isLocked={isLocked} problems={problems} />
        </div>
      </SurroundingsContext>
      {isProving && <ProofDialog onClose={() => setProving(false)} />}
    </div>
  );
}

/** What is told of the document as it is written, and of what it becomes. */
function useProblems(): Problem[] {
  const found = useEditing((editing) => editing.problems);
  const preview = usePreview().data?.problems;
  return useMemo(() => {
    const known = new Set(found.map(({ code, path }) => `${code} ${path}`));
    const more = (preview ?? []).filter(
      ({ code, path, severity, document }) =>
        severity === "warning" &&
        code.startsWith("LINT") &&
        document?.id !== "block-preview" &&
        !known.has(`${code} ${path}`),
    );
    return [...found, ...more];
  }, [found, preview]);
}

interface BesideProps {
  catalog: Catalog;
  isLocked: boolean;
  problems: Problem[];
}

function Beside({ catalog, isLocked, problems }: BesideProps) {
  const { t } = useTranslation();
  const go = useGo();
  return (
    <Tabs defaultValue="preview" className={styles.side} keepMounted={false}>
      <Tabs.List>
        <Tabs.Tab value="preview">{t("content.preview")}</Tabs.Tab>
        <ProblemsTab problems={problems} />
        <Tabs.Tab value="settings">{t("content.settings")}</Tabs.Tab>
        <Tabs.Tab value="yaml">{t("panel.yaml")}</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="preview" className={styles.fill}>
        <PreviewPane />
      </Tabs.Panel>
      <Tabs.Panel value="problems" className={styles.fill}>
        <ProblemList problems={placed(problems, {})} onGo={go} />
      </Tabs.Panel>
      <Tabs.Panel value="settings" className={styles.fill}>
        <Settings catalog={catalog} isLocked={isLocked} />
      </Tabs.Panel>
      <Tabs.Panel value="yaml" className={styles.fill}>
        <Suspense fallback={<Skeleton m="md" height={200} />}>
          <YamlView isLocked={isLocked} />
        </Suspense>
      </Tabs.Panel>
    </Tabs>
  );
}

/** Opens the language and the code in which a problem stands, and marks its place. */
function useGo(): (problem: Problem) => void {
  const { setLocale, setMode } = usePlace();
  return ({ path, span }) => {
    const { locale, field } = placeOf(path);
    setLocale(locale);
    if (field === "mjml") setMode("code");
    const attempt = (left: number): void => {
      if (!show(path, span ?? null) && left > 0) setTimeout(() => attempt(left - 1), PAUSE_MS);
    };
    setTimeout(() => attempt(TRIES), PAUSE_MS);
  };
}

function Settings({ catalog, isLocked }: { catalog: Catalog; isLocked: boolean }) {
  const editor = useEditor();
  const document = useDocument();
  const type = catalog.documents[textOf(document.kind)];
  const content = catalog.channels.flatMap(({ fields }) => fields).filter((name) => name !== "title");
  const hidden = new Set([
    "kind",
    "id",
    "locales",
    "channel",
    ...content,
    ...contentFields(document, catalog),
  ]);
  if (!type) return null;
  return (
    <fieldset disabled={isLocked} className={`${styles.fieldset ?? ""} ${styles.settings ?? ""}`}>
      <Form
        schema={type.schema}
        root={type.schema}
        value={document}
        primary={PRIMARY}
        hidden={hidden}
        onChange={(next: Doc, path) => editor.getState().edit(() => next, path)}
      />
    </fieldset>
  );
}
