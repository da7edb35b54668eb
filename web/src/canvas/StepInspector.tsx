/** The form of one step, made from its type's schema; its paths; its problems. */
import { Button, Group, Stack, TextInput, Title } from "@mantine/core";
import { IconCopyPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ID } from "../documents/ids";
import { SaidButton } from "../content/SaidButton";
import { Form } from "../forms/Form";
import { SurroundingsContext } from "../forms/surroundings";
import { useWord } from "../i18n/words";
import { textOf, type Step } from "../model";
import { useActs } from "./acts";
import { cardOf } from "./cards";
import { ProblemNote } from "./ProblemNote";
import styles from "./SidePanel.module.css";
import { GuideLink } from "../shell/GuideLink";
import { useScene } from "./scene";

export function StepInspector({ step }: { step: Step }) {
  const { t } = useTranslation();
  const word = useWord();
  const scene = useScene();
  const { kit } = scene;
  const columns = kit.useColumns(step);
  const acts = useActs();
  const type = scene.types.get(step.type);
  const { icon: Picture, primary } = cardOf(step.type, type?.category);
  const problems = scene.problems.filter((problem) => problem.step === step.id);
  const surroundings = { document: scene.document, steps: scene.steps, step, problems, event: null, columns };
  return (
    <SurroundingsContext value={surroundings}>
      <div className={styles.head}>
        <span className={styles.icon} aria-hidden>
          <Picture size={20} stroke={1.7} />
        </span>
        <div>
          <Title order={2} fz={15}>
            {word(kit.words.names, step.type, type?.title)}
          </Title>
          <p className={styles.about}>{word(kit.words.abouts, step.type, type?.summary)}</p>
          {type && <GuideLink page={type.guide} />}
        </div>
      </div>
      {problems.map((problem) => (
        <ProblemNote key={`${problem.code}${problem.path}${problem.message}`} problem={problem} />
      ))}
      {kit.Head && <kit.Head step={step} />}
      {type?.traits.sends && (
        <div className={styles.said}>
          <SaidButton
            message={step}
            channel={step.type}
            title={`${textOf(scene.document.title) || textOf(scene.document.id)} · ${step.id}`}
          />
        </div>
      )}
      <Stack gap="sm">
        <IdField step={step} />
        {type && (
          <Form
            schema={type.schema}
            root={type.schema}
            value={step}
            primary={primary}
            hidden={kit.hidden(type)}
            onChange={(next, path) => acts.change(step.id, () => next as Step, path)}
          />
        )}
      </Stack>
      <kit.Ways step={step} />
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

/** The id: others name the step by it, and are renamed with it. */
function IdField({ step }: { step: Step }) {
  const { t } = useTranslation();
  const { steps } = useScene();
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
