/** The form of the journey itself: how profiles come in, and what holds for all of it. */
import { Stack, Title } from "@mantine/core";
import { IconUserPlus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useEditor } from "../editor/EditorProvider";
import { Form } from "../forms/Form";
import { SurroundingsContext } from "../forms/surroundings";
import type { Doc } from "../model";
import { ProblemNote } from "./ProblemNote";
import styles from "./SidePanel.module.css";
import { useScene } from "./scene";

const NAMES = ["title", "description"];
const RULES = ["reentry", "exit_when", "timezone"];
const ALWAYS_HIDDEN = ["kind", "id", "nodes"];

export function JourneyInspector() {
  const { t } = useTranslation();
  const { document, steps, catalog, problems } = useScene();
  const editor = useEditor();
  const schema = catalog.documents.journey?.schema;
  if (!schema) return null;
  const all = Object.keys(schema.properties ?? {});
  const only = (names: readonly string[]): ReadonlySet<string> =>
    new Set(all.filter((name) => !names.includes(name)));
  const mine = problems.filter((problem) => problem.step === null);
  const change = (next: Doc, path: string): void => editor.getState().edit(() => next, path);
  const part = (names: readonly string[], hidden: ReadonlySet<string>) => (
    <Form schema={schema} root={schema} value={document} primary={names} hidden={hidden} onChange={change} />
  );
  return (
    <SurroundingsContext value={{ document, steps, step: null, problems: mine, event: null }}>
      <div className={styles.head}>
        <span className={styles.icon} aria-hidden>
          <IconUserPlus size={20} stroke={1.7} />
        </span>
        <div>
          <Title order={2} fz={15}>
            {t("canvas.entryTitle")}
          </Title>
          <p className={styles.about}>{t("canvas.entryText")}</p>
        </div>
      </div>
      {mine.map((problem) => (
        <ProblemNote key={`${problem.code}${problem.path}${problem.message}`} problem={problem} />
      ))}
      <Stack gap="sm">{part(["entry"], only(["entry"]))}</Stack>
      <h3 className={styles.section}>{t("canvas.rulesTitle")}</h3>
      {part(RULES, new Set([...ALWAYS_HIDDEN, "entry", ...NAMES, "labels"]))}
      <h3 className={styles.section}>{t("canvas.namesTitle")}</h3>
      {part(NAMES, only([...NAMES, "labels"]))}
    </SurroundingsContext>
  );
}
