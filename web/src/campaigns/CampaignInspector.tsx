/** The form of the campaign itself: when it runs, whether its sends are confirmed, its name. */
import { Input, SegmentedControl, Stack, Text, Title } from "@mantine/core";
import { IconCalendarEvent } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { ProblemNote } from "../canvas/ProblemNote";
import { useScene } from "../canvas/scene";
import styles from "../canvas/SidePanel.module.css";
import { useEditor } from "../editor/EditorProvider";
import { Form } from "../forms/Form";
import { SurroundingsContext } from "../forms/surroundings";
import type { Doc, Json } from "../model";
import { ScheduleEditor } from "./ScheduleEditor";
import { modeOf } from "./scheduleWords";

const NAMES = ["title", "description"];

export function CampaignInspector() {
  const { t } = useTranslation();
  const { document, steps, catalog, problems } = useScene();
  const editor = useEditor();
  const schema = catalog.documents.campaign?.schema;
  if (!schema) return null;
  const mine = problems.filter((problem) => problem.step === null);
  const change = (next: Doc, path: string): void => editor.getState().edit(() => next, path);
  const put = (name: string, value: Json | undefined): void => {
    const { [name]: _gone, ...rest } = document;
    change(value === undefined ? rest : { ...document, [name]: value }, name);
  };
  const others = (names: readonly string[]): ReadonlySet<string> =>
    new Set(Object.keys(schema.properties ?? {}).filter((name) => !names.includes(name)));
  const part = (names: readonly string[]) => (
    <Form
      schema={schema}
      root={schema}
      value={document}
      primary={names}
      hidden={others(names)}
      onChange={change}
    />
  );
  return (
    <SurroundingsContext value={{ document, steps, step: null, problems: mine, event: null }}>
      <div className={styles.head}>
        <span className={styles.icon} aria-hidden>
          <IconCalendarEvent size={20} stroke={1.7} />
        </span>
        <div>
          <Title order={2} fz={15}>
            {t("campaign.start")}
          </Title>
          <p className={styles.about}>{t("campaign.startText")}</p>
        </div>
      </div>
      {mine.map((problem) => (
        <ProblemNote key={`${problem.code}${problem.path}${problem.message}`} problem={problem} />
      ))}
      <ScheduleEditor document={document} schema={schema} onChange={(value) => put("schedule", value)} />
      <h3 className={styles.section}>{t("campaign.confirm.title")}</h3>
      <Confirm
        value={document.confirm}
        recurs={modeOf(document.schedule) === "rrule"}
        onChange={(value) => put("confirm", value)}
      />
      <h3 className={styles.section}>{t("canvas.namesTitle")}</h3>
      <Stack gap="sm">{part([...NAMES, "timezone", "labels"])}</Stack>
    </SurroundingsContext>
  );
}

interface ConfirmProps {
  value: Json | undefined;
  recurs: boolean;
  onChange: (value: boolean | undefined) => void;
}

/** Whether somebody confirms the sends of each run; left open, it follows from the schedule. */
function Confirm({ value, recurs, onChange }: ConfirmProps) {
  const { t } = useTranslation();
  const chosen = typeof value === "boolean" ? (value ? "yes" : "no") : "usual";
  const isNeeded = value === undefined || value === null ? !recurs : value === true && !recurs;
  return (
    <Input.Wrapper labelElement="div">
      <SegmentedControl
        fullWidth
        size="xs"
        aria-label={t("campaign.confirm.title")}
        data={(["usual", "yes", "no"] as const).map((one) => ({
          value: one,
          label: t(`campaign.confirm.${one}`),
        }))}
        value={chosen}
        onChange={(next) => onChange(next === "usual" ? undefined : next === "yes")}
      />
      <Text size="xs" c="dimmed" mt={6}>
        {isNeeded ? t("campaign.confirm.needed") : t("campaign.confirm.notNeeded")}
      </Text>
    </Input.Wrapper>
  );
}
