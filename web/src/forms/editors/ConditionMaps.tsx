/** Conditions about audiences, events, rows, feedback and consent. */
import { Input, NumberInput, Select, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useVocabulary } from "../../api/hooks";
import { word } from "../../i18n/words";
import { textOf, type Json, type JsonMap } from "../../model";
import { countMap, countOf, type Test } from "../conditions";
import { SurroundingsContext, useSurroundings } from "../surroundings";
import { useChoices, type Choice } from "./DocumentControl";
import { DurationControl } from "./DurationControl";
import styles from "./editors.module.css";
import { ComparisonEditor } from "./ComparisonEditor";

interface MapProps {
  value: JsonMap;
  onChange: (value: JsonMap) => void;
}

function set({ value, onChange }: MapProps, name: string, next: Json | undefined): void {
  const { [name]: _old, ...rest } = value;
  onChange(next === undefined ? rest : { ...value, [name]: next });
}

interface PickProps extends MapProps {
  name: string;
  label: string;
  choices: Pick<Choice, "value" | "label">[];
  canClear?: boolean;
}

function Pick(props: PickProps) {
  const { t } = useTranslation();
  const { value, name, label, choices, canClear } = props;
  const id = textOf(value[name]);
  const data =
    id && !choices.some((one) => one.value === id) ? [...choices, { value: id, label: id }] : choices;
  return (
    <Select
      label={label}
      data={data.map((one) => ({ value: one.value, label: one.label }))}
      value={id || null}
      searchable
      clearable={canClear ?? false}
      placeholder={t("forms.choose")}
      nothingFoundMessage={t("forms.none")}
      onChange={(next) => set(props, name, next ?? (canClear ? undefined : ""))}
    />
  );
}

const TESTS: Test[] = ["at_least", "at_most", "exactly"];

function CountEditor(props: MapProps) {
  const { t } = useTranslation();
  const count = countOf(props.value.count);
  return (
    <div className={styles.pair}>
      <Select
        label={t("conditions.count")}
        data={TESTS.map((test) => ({ value: test, label: t(`conditions.${test}`) }))}
        value={count.test}
        allowDeselect={false}
        onChange={(test) => set(props, "count", countMap({ ...count, test: test ?? "at_least" }))}
      />
      <NumberInput
        label={t("conditions.times")}
        min={0}
        allowDecimal={false}
        value={count.number}
        onChange={(next) => set(props, "count", countMap({ ...count, number: Number(next) || 0 }))}
      />
    </div>
  );
}

function Within(props: MapProps) {
  const { t } = useTranslation();
  return (
    <DurationControl
      schema={{}}
      root={{}}
      value={props.value.within}
      onChange={(next) => set(props, "within", next)}
      label={t("conditions.within")}
      path="within"
      error={null}
      isRequired={false}
    />
  );
}

/** What must hold for an event, or for a related row, whose columns are named bare. */
function Where(props: MapProps & { event: string | null; entity?: string }) {
  const { t } = useTranslation();
  const around = useSurroundings();
  const entity = useVocabulary().data?.entities.find((one) => one.id === props.entity);
  const columns = entity && Object.fromEntries(entity.attributes.map(({ name, type }) => [name, type]));
  return (
    <SurroundingsContext value={{ ...around, event: props.event, columns: columns ?? null }}>
      <Input.Wrapper label={t("conditions.where")} labelElement="div">
        <ComparisonEditor
          value={textOf(props.value.where)}
          onChange={(next) => set(props, "where", next === "" ? undefined : next)}
          label={t("conditions.where")}
        />
      </Input.Wrapper>
    </SurroundingsContext>
  );
}

export function InEditor(props: MapProps) {
  const { t } = useTranslation();
  return <Pick {...props} name="in" label={t("conditions.audience")} choices={useChoices(["audience"])} />;
}

export function DidEditor(props: MapProps) {
  const { t } = useTranslation();
  return (
    <Stack gap={8}>
      <Pick {...props} name="did" label={t("conditions.event")} choices={useChoices(["event"])} />
      <CountEditor {...props} />
      <Within {...props} />
      <Where {...props} event={textOf(props.value.did)} />
    </Stack>
  );
}

export function RelatedEditor(props: MapProps) {
  const { t } = useTranslation();
  return (
    <Stack gap={8}>
      <Pick
        {...props}
        name="related"
        label={t("conditions.entity")}
        choices={useChoices(["entity"]).filter((one) => one.value !== "profile")}
      />
      <CountEditor {...props} />
      <Where {...props} event={null} entity={textOf(props.value.related)} />
    </Stack>
  );
}

const FEEDBACK = [
  "opened",
  "clicked",
  "sent",
  "delivered",
  "machine_opened",
  "bounced",
  "soft_bounced",
  "complained",
  "unsubscribed",
  "dismissed",
  "viewed",
  "replied",
  "failed",
];

export function EngagedEditor(props: MapProps) {
  const { t } = useTranslation();
  const { data } = useVocabulary();
  const documents = [...(data?.journeys ?? []), ...(data?.triggered ?? []), ...(data?.campaigns ?? [])];
  const origins = documents.flatMap(({ id, nodes }) => [id, ...nodes.map((node) => `${id}/${node}`)]);
  return (
    <Stack gap={8}>
      <Pick
        {...props}
        name="engaged"
        label={t("conditions.feedback")}
        choices={FEEDBACK.map((kind) => ({ value: kind, label: word("values", kind) }))}
      />
      <Pick
        {...props}
        name="with"
        label={t("conditions.with")}
        canClear
        choices={origins.map((origin) => ({ value: origin, label: origin }))}
      />
      <Within {...props} />
    </Stack>
  );
}

export function SubscribedEditor(props: MapProps) {
  const { t } = useTranslation();
  return (
    <Pick
      {...props}
      name="subscribed"
      label={t("conditions.topic")}
      choices={useChoices(["group", "channel"])}
    />
  );
}
