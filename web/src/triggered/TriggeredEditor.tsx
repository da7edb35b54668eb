/** The page of a triggered campaign: the steps that say when, what is sent, and a picture of when it leaves. */
import { Skeleton, Tabs, Title } from "@mantine/core";
import { lazy, Suspense, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Catalog, NodeType } from "../api/types";
import { placed, worst } from "../canvas/problems";
import { EditorBar } from "../editor/EditorBar";
import { useDocument, useEditing } from "../editor/EditorProvider";
import { Notices } from "../editor/Notices";
import { ProblemList } from "../editor/ProblemList";
import { ProblemsTab } from "../editor/ProblemsTab";
import { UndoButtons } from "../editor/UndoButtons";
import { SurroundingsContext } from "../forms/surroundings";
import { useMay } from "../session/session";
import { endTesting } from "../testing/session";
import { StepForm } from "./StepForm";
import { StepList } from "./StepList";
import { stepAt, STEPS, type FormStep } from "./steps";
import { TimeLine } from "./TimeLine";
import styles from "./triggered.module.css";

const TestPanel = lazy(() => import("../testing/TestPanel"));
const YamlView = lazy(() => import("../editor/YamlView"));

const NO_STEPS = new Map<string, NodeType>();

export default function TriggeredEditor({ catalog }: { catalog: Catalog }) {
  const { t } = useTranslation();
  const document = useDocument();
  const found = useEditing((editing) => editing.problems);
  const problems = useMemo(() => placed(found, {}), [found]);
  const isLocked = !useMay("build");
  const mayTest = useMay("test");
  useEffect(() => endTesting, []);
  const [tab, setTab] = useState<string>("form");
  const [open, setOpen] = useState<FormStep["id"]>("trigger");
  const root = catalog.documents.triggered?.schema;
  const severity = worst(problems);
  const surroundings = useMemo(
    () => ({ document, steps: [], step: null, problems, event: null }),
    [document, problems],
  );
  const step = STEPS.find((one) => one.id === open) ?? STEPS[0];
  if (!root || !step) return null;
  return (
    <div className={styles.page}>
      <EditorBar />
      <Notices />
      <Tabs
        value={tab}
        onChange={(next) => setTab(next ?? "form")}
        className={styles.tabs}
        keepMounted={false}
      >
        <div className={styles.tabBar}>
          <Tabs.List className={styles.tabList}>
            <Tabs.Tab value="form">{t("triggered.steps")}</Tabs.Tab>
            <ProblemsTab problems={problems} />
            <Tabs.Tab value="yaml">{t("panel.yaml")}</Tabs.Tab>
            {mayTest && <Tabs.Tab value="test">{t("panel.test")}</Tabs.Tab>}
          </Tabs.List>
          {!isLocked && <UndoButtons />}
        </div>
        <Tabs.Panel value="form" className={styles.desk}>
          <StepList document={document} problems={problems} open={open} onOpen={setOpen} />
          <section className={styles.form} aria-label={t(`triggered.step.${step.id}`)}>
            <Title order={2} fz={16}>
              {t(`triggered.step.${step.id}`)}
            </Title>
            <p className={styles.about}>{t(`triggered.about.${step.id}`)}</p>
            <SurroundingsContext value={surroundings}>
              <fieldset disabled={isLocked} className={styles.fieldset}>
                <StepForm key={step.id} step={step} root={root} document={document} />
              </fieldset>
            </SurroundingsContext>
          </section>
        </Tabs.Panel>
        <Tabs.Panel value="problems" className={styles.fill}>
          <ProblemList
            problems={problems}
            onGo={(problem) => {
              setOpen(stepAt(problem.field));
              setTab("form");
            }}
          />
        </Tabs.Panel>
        <Tabs.Panel value="test" className={styles.fill}>
          <Suspense fallback={<Skeleton m="md" height={200} />}>
            <TestPanel document={document} types={NO_STEPS} isWide />
          </Suspense>
        </Tabs.Panel>
        <Tabs.Panel value="yaml" className={styles.fill}>
          <Suspense fallback={<Skeleton m="md" height={200} />}>
            <YamlView isLocked={isLocked} />
          </Suspense>
        </Tabs.Panel>
      </Tabs>
      {!isLocked && tab !== "test" && <TimeLine document={document} hasErrors={severity === "error"} />}
    </div>
  );
}
