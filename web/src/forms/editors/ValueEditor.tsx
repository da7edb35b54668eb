/** The value of a comparison: the input that fits the attribute's type, with its declared values offered. */
import { Autocomplete, NumberInput, Select, TagsInput, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useVocabulary } from "../../api/hooks";
import { asValue, SPANS, type Comparison, type Value } from "../comparison";
import { useSurroundings } from "../surroundings";
import styles from "./editors.module.css";
import { InstantControl } from "./Instants";

interface Props {
  comparison: Comparison;
  type: string;
  onChange: (values: Value[]) => void;
}

export function ValueEditor(props: Props) {
  const { operator } = props.comparison;
  if (operator.startsWith("is")) return null;
  return (
    <div style={{ marginTop: 6 }}>
      {operator === "within" || operator === "before" ? <Span {...props} /> : <One {...props} />}
    </div>
  );
}

function One(props: Props) {
  const { comparison, type, onChange } = props;
  const { t } = useTranslation();
  const declared = useDeclaredValues(comparison.subject);
  const label = { "aria-label": t("conditions.value"), placeholder: t("conditions.value") };
  const { operator, values } = comparison;
  const [value] = values;
  if (operator === "in" || operator === "not in") {
    return (
      <TagsInput
        {...label}
        data={declared}
        value={values.map(String).filter((one) => one !== "")}
        onChange={(next) => onChange((next.length ? next : [""]).map((one) => asValue(one, type)))}
      />
    );
  }
  if (type === "boolean") {
    const data = ["true", "false"].map((one) => ({ value: one, label: t(`booleans.${one as "true"}`) }));
    return (
      <Select
        {...label}
        data={data}
        value={String(value ?? "")}
        allowDeselect={false}
        onChange={(next) => onChange([next === "true"])}
      />
    );
  }
  if (type === "number" || type === "integer") {
    return (
      <NumberInput
        {...label}
        value={typeof value === "number" ? value : ""}
        onChange={(next) => onChange([typeof next === "number" ? next : 0])}
      />
    );
  }
  if (type === "date" || type === "timestamp") return <Moment {...props} />;
  return (
    <Autocomplete
      {...label}
      data={declared}
      value={String(value ?? "")}
      onChange={(next) => onChange([next])}
    />
  );
}

/** A day, or an instant in the user's zone. */
function Moment({ comparison, type, onChange }: Props) {
  const { t } = useTranslation();
  const text = String(comparison.values[0] ?? "");
  if (type === "date") {
    return (
      <TextInput
        type="date"
        aria-label={t("conditions.value")}
        value={text.slice(0, 10)}
        onChange={(event) => onChange([event.currentTarget.value])}
      />
    );
  }
  return (
    <InstantControl
      schema={{}}
      root={{}}
      value={text}
      onChange={(next) => onChange([typeof next === "string" ? next : ""])}
      label={t("conditions.value")}
      path=""
      error={null}
      isRequired
    />
  );
}

/** “30 days”. */
function Span({ comparison, onChange }: Props) {
  const { t } = useTranslation();
  const [count = 30, unit = "DAY"] = comparison.values;
  return (
    <div className={styles.pair}>
      <NumberInput
        aria-label={t("conditions.value")}
        min={0}
        allowDecimal={false}
        value={Number(count)}
        onChange={(next) => onChange([Number(next) || 0, unit])}
      />
      <Select
        aria-label={t("conditions.span")}
        data={SPANS.map((one) => ({ value: one, label: t(`spans.${one}`) }))}
        value={String(unit)}
        allowDeselect={false}
        onChange={(next) => onChange([count, next ?? unit])}
      />
    </div>
  );
}

/** The values that the entity or event declares, such as the plans that there are. */
function useDeclaredValues(subject: string): string[] {
  const { data } = useVocabulary();
  const { event } = useSurroundings();
  const [object, name] = subject.split(".");
  const attributes =
    object === "profile"
      ? data?.profile
      : object === "event"
        ? data?.events.find((one) => one.id === event)?.attributes
        : undefined;
  return attributes?.find((one) => one.name === name)?.values?.map(String) ?? [];
}
