/** At the head of an activity's form: the rows that it takes in, and what they are. */
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useActs } from "../canvas/acts";
import { useScene } from "../canvas/scene";
import { resolve } from "../forms/schema";
import { useSurroundings } from "../forms/surroundings";
import { number } from "../i18n/format";
import type { Json, Step } from "../model";
import { rowsOf, useBook } from "./book";
import { takenBy } from "./inlets";
import { TransitionControl, TransitionsControl } from "./TransitionControl";
import { told } from "../i18n/told";

export function Intake({ step }: { step: Step }) {
  const { t } = useTranslation();
  const { types } = useScene();
  const { problems } = useSurroundings();
  const book = useBook();
  const acts = useActs();
  const type = types.get(step.type);
  const [inlet] = type?.inlets ?? [];
  if (!type || !inlet) return null;
  const { field, many } = inlet;
  const schema = resolve(type.schema.properties?.[field] ?? {}, type.schema);
  const Editor = many ? TransitionsControl : TransitionControl;
  const problem = problems.find((one) => one.field === field || one.field.startsWith(`${field}[`));
  const set = (value: Json | undefined): void =>
    acts.change(step.id, (before) => withField(before, field, value), field);
  const rows = takenBy(step, type).flatMap(({ transition }) => rowsOf(book, transition) ?? []);
  return (
    <div style={{ marginBottom: 12 }}>
      <Editor
        schema={schema}
        root={type.schema}
        value={step[field]}
        label={t(many ? "campaign.takesMany" : "campaign.takes")}
        path={field}
        error={told(problem?.message ?? null)}
        isRequired
        onChange={set}
      />
      {rows.length > 0 && (
        <Text size="xs" c="dimmed" mt={4} className="numbers">
          {t("campaign.rowsIn", { value: rows.map(number).join(" + ") })}
        </Text>
      )}
    </div>
  );
}

function withField(step: Step, field: string, value: Json | undefined): Step {
  if (value !== undefined) return { ...step, [field]: value };
  const { [field]: _gone, ...rest } = step;
  return rest as Step;
}
