/** An editor that fits any kind: the form of its schema, with YAML and problems beside it. */
import { Skeleton, Tabs, Title } from "@mantine/core";
import { lazy, Suspense, useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Catalog } from "../api/types";
import { placed } from "../canvas/problems";
import desk from "../editor/desk.module.css";
import { EditorBar } from "../editor/EditorBar";
import { useDocument, useEditing, useEditor } from "../editor/EditorProvider";
import { Notices } from "../editor/Notices";
import { ProblemList } from "../editor/ProblemList";
import { ProblemsTab } from "../editor/ProblemsTab";
import { Form } from "../forms/Form";
import { SurroundingsContext } from "../forms/surroundings";
import { useWord } from "../i18n/words";
import type { Doc } from "../model";
import { useMay, useSession } from "../session/session";
import { GuideLink } from "../shell/GuideLink";
import { OF_KIND } from "../shell/guides";
import styles from "./FormEditor.module.css";
import { SIDES } from "../setup/sides";
import { BUILT } from "./sections";

const YamlView = lazy(() => import("../editor/YamlView"));
const HIDDEN: ReadonlySet<string> = new Set(["kind", "id"]);
const NAMES = ["title", "description"];
/** Fields that people come for, shown though they are not set. */
const PRIMARY: Partial<Record<string, string[]>> = {
  audience: [...NAMES, "where"],
  channel: [...NAMES, "settings"],
  entity: [...NAMES, "attributes"],
  event: [...NAMES, "match", "properties"],
  source: [...NAMES, "parameters", "response"],
  action: [...NAMES, "parameters", "response"],
};

export default function FormEditor({ catalog }: { catalog: Catalog }) {
  const { t } = useTranslation();
  const word = useWord();
  const editor = useEditor();
  const document = useDocument();
  const kind = useEditing((editing) => editing.saved.kind);
  const found = useEditing((editing) => editing.problems);
  const problems = useMemo(() => placed(found, {}), [found]);
  const mayBuild = useMay("build");
  const mayConfigure = useMay("configure");
  const may = new Set(useSession().data?.permissions);
  const sides = (SIDES[kind] ?? []).filter(({ needs }) => may.has(needs));
  const isLocked = !(BUILT.has(kind) ? mayBuild : mayConfigure);
  const type = catalog.documents[kind];
  const surroundings = useMemo(
    () => ({ document, steps: [], step: null, problems, event: null }),
    [document, problems],
  );
  return (
    <div className={desk.page}>
      <EditorBar />
      <Notices />
      <div className={desk.desk}>
        <section
          className={styles.form}
          data-wide={kind === "audience" || undefined}
          aria-label={t("forms.form")}
        >
          <Title order={2} fz={16}>
            {word("kinds", kind, type?.title)}
          </Title>
          <p className={styles.about}>
            {word("abouts", `kind_${kind}`, type?.summary)} <GuideLink page={OF_KIND[kind]} />
          </p>
          <SurroundingsContext value={surroundings}>
            <fieldset disabled={isLocked} className={desk.fieldset}>
              {type && (
                <Form
                  schema={type.schema}
                  root={type.schema}
                  value={document}
                  primary={PRIMARY[kind] ?? NAMES}
                  hidden={HIDDEN}
                  onChange={(next: Doc, path) => editor.getState().edit(() => next, path)}
                />
              )}
            </fieldset>
          </SurroundingsContext>
        </section>
        <Tabs defaultValue={sides[0]?.id ?? "yaml"} className={desk.side} keepMounted={false}>
          <Tabs.List>
            {sides.map(({ id }) => (
              <Tabs.Tab key={id} value={id}>
                {t(`sides.${id}`)}
              </Tabs.Tab>
            ))}
            <Tabs.Tab value="yaml">{t("panel.yaml")}</Tabs.Tab>
            <ProblemsTab problems={problems} />
          </Tabs.List>
          {sides.map(({ id, page: Page }) => (
            <Tabs.Panel key={id} value={id} className={desk.fill}>
              <Suspense fallback={<Skeleton m="md" height={200} />}>
                <Page />
              </Suspense>
            </Tabs.Panel>
          ))}
          <Tabs.Panel value="yaml" className={desk.fill}>
            <Suspense fallback={<Skeleton m="md" height={200} />}>
              <YamlView isLocked={isLocked} />
            </Suspense>
          </Tabs.Panel>
          <Tabs.Panel value="problems" className={desk.fill}>
            <ProblemList problems={problems} onGo={() => undefined} />
          </Tabs.Panel>
        </Tabs>
      </div>
    </div>
  );
}
