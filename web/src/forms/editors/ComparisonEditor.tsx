/** An expression as three fields where it is a simple comparison, else as text. */
import { ActionIcon, NumberInput, Select, TagsInput, TextInput, Tooltip } from "@mantine/core";
import { IconMathFunction, IconForms } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { textOf, type Json } from "../../model";
import { asValue, OPERATORS, readComparison, writeComparison, type Comparison } from "../comparison";
import { useObjects, useSurroundings } from "../surroundings";
import styles from "./editors.module.css";
import { ExpressionControl } from "./ExpressionControl";

interface Props {
  value: Json;
  onChange: (value: Json) => void;
  label: string;
}

export function ComparisonEditor({ value, onChange, label }: Props) {
  const { t } = useTranslation();
  const text = typeof value === "boolean" ? String(value) : textOf(value);
  const [asText, setAsText] = useState(false);
  const found = text === "" ? { subject: "", operator: "=" as const, values: [] } : readComparison(text);
  const isText = asText || found === null;
  return (
    <div className={styles.row} style={{ alignItems: "start" }}>
      {isText ? (
        <ExpressionControl
          schema={{}}
          root={{}}
          value={text}
          onChange={(next) => onChange(next ?? "")}
          label={label}
          path=""
          error={null}
          isRequired
          hideLabel
        />
      ) : (
        <Fields comparison={found} onChange={(next) => onChange(writeComparison(next))} />
      )}
      <Tooltip label={isText ? t("conditions.asFields") : t("conditions.asText")}>
        <ActionIcon
          size={30}
          aria-label={isText ? t("conditions.asFields") : t("conditions.asText")}
          disabled={isText && found === null}
          onClick={() => setAsText(!isText)}
        >
          {isText ? <IconForms size={15} /> : <IconMathFunction size={15} />}
        </ActionIcon>
      </Tooltip>
    </div>
  );
}

function Fields({ comparison, onChange }: { comparison: Comparison; onChange: (next: Comparison) => void }) {
  const { t } = useTranslation();
  const objects = useObjects();
  const columns = useSurroundings().columns ?? {};
  const bare = Object.keys(columns).map((name) => ({ value: name, label: name }));
  const ofObjects = Object.entries(objects)
    .filter(([object]) => ["profile", "event", "entry"].includes(object))
    .map(([object, found]) => ({
      group: t(`objects.${object as "profile"}`),
      items: found.map(({ name }) => ({ value: `${object}.${name}`, label: name })),
    }));
  const names = bare.length ? [{ group: t("objects.columns"), items: bare }, ...ofObjects] : ofObjects;
  const known = names.flatMap((group) => group.items).some((item) => item.value === comparison.subject);
  const extra =
    comparison.subject && !known
      ? [{ group: " ", items: [{ value: comparison.subject, label: comparison.subject }] }]
      : [];
  const type = columns[comparison.subject] ?? typeOf(objects, comparison.subject);
  return (
    <div>
      <div className={styles.compare}>
        <Select
          aria-label={t("conditions.subject")}
          placeholder={t("conditions.subject")}
          data={[...names, ...extra]}
          value={comparison.subject || null}
          searchable
          allowDeselect={false}
          nothingFoundMessage={t("forms.none")}
          onChange={(subject) => onChange({ ...comparison, subject: subject ?? "" })}
        />
        <Select
          aria-label={t("conditions.operator")}
          data={OPERATORS.map((one) => ({ value: one, label: t(`operators.${one}`) }))}
          value={comparison.operator}
          allowDeselect={false}
          onChange={(next) => onChange({ ...comparison, operator: next ?? "=" })}
        />
      </div>
      <div style={{ marginTop: 6 }}>
        <Value
          comparison={comparison}
          type={type}
          onChange={(values) => onChange({ ...comparison, values })}
        />
      </div>
    </div>
  );
}

function typeOf(objects: ReturnType<typeof useObjects>, subject: string): string {
  const [object = "", name = ""] = subject.split(".");
  return objects[object]?.find((one) => one.name === name)?.type ?? "string";
}

interface ValueProps {
  comparison: Comparison;
  type: string;
  onChange: (values: Comparison["values"]) => void;
}

function Value({ comparison: { operator, values }, type, onChange }: ValueProps) {
  const { t } = useTranslation();
  const [value] = values;
  const label = { "aria-label": t("conditions.value"), placeholder: t("conditions.value") };
  if (operator.startsWith("is")) return null;
  if (operator.endsWith("in")) {
    return (
      <TagsInput
        {...label}
        value={values.map(String)}
        onChange={(next) => onChange(next.map((one) => asValue(one, type)))}
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
  return (
    <TextInput
      {...label}
      value={String(value ?? "")}
      onChange={(event) => onChange([event.currentTarget.value])}
    />
  );
}
