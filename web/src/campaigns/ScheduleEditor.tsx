/** When a campaign runs: at once, once, again and again, or at a signal. */
import { Input, SegmentedControl, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { plainWords } from "../canvas/problemWords";
import type { Schema } from "../api/types";
import { Control } from "../forms/Control";
import { InstantControl } from "../forms/editors/Instants";
import { RecurrenceControl } from "../forms/editors/RecurrenceControl";
import { ZoneControl } from "../forms/editors/ZoneControl";
import { usual, writeRule } from "../forms/recurrence";
import { useSurroundings } from "../forms/surroundings";
import { useWord } from "../i18n/words";
import { isMap, type Doc, type Json } from "../model";
import { useBook } from "./book";
import styles from "./campaigns.module.css";
import { NextRuns } from "./NextRuns";
import { ParameterFields } from "./ParameterFields";
import { declaredBy } from "./parameters";
import { modeOf, type Mode } from "./scheduleWords";

interface Props {
  document: Doc;
  schema: Schema;
  onChange: (schedule: Json | undefined) => void;
}

const MODES: Mode[] = ["asap", "once", "rrule", "signal"];

/** The next full hour, for a schedule that has no instant yet. */
function soon(): string {
  const at = new Date();
  at.setUTCHours(at.getUTCHours() + 1, 0, 0, 0);
  return at.toISOString().replace(".000Z", "Z");
}

const begun = (mode: Mode): Json => {
  if (mode === "once") return { once: soon() };
  if (mode === "rrule") return { rrule: writeRule(usual) };
  return mode === "signal" ? { signal: { parameters: {} } } : "asap";
};

export function ScheduleEditor({ document, schema, onChange }: Props) {
  const { t } = useTranslation();
  const word = useWord();
  const { problems } = useSurroundings();
  const { schedule } = document;
  const mode = modeOf(schedule);
  const had = isMap(schedule) ? schedule : {};
  const declared = declaredBy(schedule);
  const { written, write } = useBook();
  const put = (name: string, value: Json | undefined): void => {
    const { [name]: _gone, ...rest } = had;
    onChange(value === undefined ? rest : { ...rest, [name]: value });
  };
  const errorAt = (name: string): string | null => {
    const wrong = problems.find(({ field }) => field === `schedule.${name}` || field === "schedule");
    return wrong ? plainWords(wrong) : null;
  };
  const field = (name: string) => ({
    schema: { examples: [] },
    root: schema,
    value: had[name],
    label: word("fields", name),
    path: `schedule.${name}`,
    error: errorAt(name),
    isRequired: false,
    onChange: (value: Json | undefined) => put(name, value),
  });
  const parameters = schema.$defs?.Parameters?.properties?.parameters;
  return (
    <Stack gap="sm">
      <Input.Wrapper label={t("campaign.schedule.title")} labelElement="div">
        <SegmentedControl
          fullWidth
          size="xs"
          mt={4}
          aria-label={t("campaign.schedule.title")}
          data={MODES.map((one) => ({ value: one, label: t(`campaign.schedule.${one}`) }))}
          value={mode}
          onChange={(next) => onChange(begun(next))}
        />
      </Input.Wrapper>
      {mode === "once" && <InstantControl {...field("once")} isRequired />}
      {mode === "rrule" && (
        <>
          <RecurrenceControl {...field("rrule")} label={t("campaign.schedule.repeats")} isRequired />
          <ZoneControl {...field("timezone")} />
          <InstantControl {...field("starts")} />
          <InstantControl {...field("until")} />
        </>
      )}
      {mode === "signal" && parameters && isMap(had.signal) && (
        <Control
          schema={parameters}
          root={schema}
          value={had.signal.parameters}
          label={word("fields", "parameters")}
          path="schedule.signal.parameters"
          isRequired={false}
          onChange={(value) => put("signal", { parameters: value ?? {} })}
        />
      )}
      {mode === "signal" && Object.keys(declared).length > 0 && (
        <fieldset className={styles.sample}>
          <legend>{t("campaign.schedule.countWith")}</legend>
          <ParameterFields declared={declared} values={written} onChange={write} />
        </fieldset>
      )}
      {mode === "rrule" && <NextRuns schedule={schedule} zone={document.timezone} />}
    </Stack>
  );
}
