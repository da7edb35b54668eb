/** The form of one step, made from its type's schema; its paths; its problems. */
import { Button, Group, Select, Stack, TextInput, Title } from "@mantine/core";
import { IconCopyPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ID } from "../documents/ids";
import { Form } from "../forms/Form";
import { SurroundingsContext } from "../forms/surroundings";
import { useWord } from "../i18n/words";
import type { Step } from "../model";
import { useActs } from "./acts";
import { cardOf } from "./cards";
import { exitsOf } from "./exits";
import { reaches } from "./graph";
import { ProblemNote } from "./ProblemNote";
import styles from "./SidePanel.module.css";
import { exitWords } from "./summary";
import { useJourney } from "./useJourney";

export function StepInspector({ step }: { step: Step }) {
  const { t } = useTranslation();
  const word = useWord();
  const journey = useJourney();
  const acts = useActs();
  const type = journey.types.get(step.type);
  const { icon: Picture, primary } = cardOf(step.type, type?.category);
  const problems = journey.problems.filter((problem) => problem.step === step.id);
  const surroundings = { document: journey.document, steps: journey.steps, step, problems, event: null };
  return (
    <SurroundingsContext value={surroundings}>
      <div className={styles.head}>
        <span className={styles.icon} aria-hidden>
          <Picture size={20} stroke={1.7} />
        </span>
        <div>
          <Title order={2} fz={15}>
            {word("nodes", step.type, type?.title)}
          </Title>
          <p className={styles.about}>{word("abouts", step.type, type?.summary)}</p>
        </div>
      </div>
      {problems.map((problem) => (
        <ProblemNote key={`${problem.code}${problem.path}${problem.message}`} problem={problem} />
      ))}
      <Stack gap="sm">
        <IdField step={step} />
        {type && (
          <Form
            schema={type.schema}
            root={type.schema}
            value={step}
            primary={primary}
            hidden={hiddenOf(type.outlets)}
            onChange={(next, path) => acts.change(step.id, () => next as Step, path)}
          />
        )}
      </Stack>
      <Paths step={step} />
      <Group gap={6} mt="lg">
        <Button
          variant="default"
          leftSection={<IconCopyPlus size={14} />}
          onClick={() => acts.duplicate([step.id])}
        >
          {t("keys.duplicate")}
        </Button>
        <Button
          variant="subtle"
          color="red"
          leftSection={<IconTrash size={14} />}
          onClick={() => acts.remove([step.id])}
        >
          {t("actions.delete")}
        </Button>
      </Group>
    </SurroundingsContext>
  );
}

const hiddenOf = (outlets: readonly { field: string; each?: boolean }[]): ReadonlySet<string> =>
  new Set(["id", "type", ...outlets.filter((outlet) => !outlet.each).map((outlet) => outlet.field)]);

/** The id: others name the step by it, and are renamed with it. */
function IdField({ step }: { step: Step }) {
  const { t } = useTranslation();
  const { steps } = useJourney();
  const acts = useActs();
  const [text, setText] = useState(step.id);
  const isTaken = text !== step.id && steps.some((one) => one.id === text);
  const error = !ID.test(text) ? t("names.badId") : isTaken ? t("names.takenId") : null;
  const commit = (): void => {
    if (error) setText(step.id);
    else if (text !== step.id) acts.rename(step.id, text);
  };
  return (
    <TextInput
      label={t("names.stepId")}
      value={text}
      error={error}
      classNames={{ input: "code" }}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === "Enter") commit();
      }}
    />
  );
}

/** Where each way out leads: the same that is drawn, for the keyboard and for readers of screens. */
function Paths({ step }: { step: Step }) {
  const { t } = useTranslation();
  const word = useWord();
  const { types, steps, graph } = useJourney();
  const acts = useActs();
  const exits = exitsOf(step, types.get(step.type));
  if (!exits.length) return null;
  const targets = steps
    .filter((one) => one.id !== step.id && !reaches(graph, one.id, step.id))
    .map((one) => ({
      value: one.id,
      label: `${word("nodes", one.type, types.get(one.type)?.title)} · ${one.id}`,
    }));
  return (
    <div data-paths>
      <h3 className={styles.section}>{t("canvas.pathsTitle")}</h3>
      <Stack gap={8}>
        {exits.map((exit) => (
          <Select
            key={exit.path}
            label={exitWords(exit, step, exits.length) ?? t("canvas.then")}
            data={targets}
            value={exit.target}
            placeholder={t("canvas.pathEnds")}
            searchable
            clearable
            nothingFoundMessage={t("forms.none")}
            onChange={(target) => acts.connect({ from: step.id, exit }, target)}
          />
        ))}
      </Stack>
    </div>
  );
}
