/** An expression as three fields where it is a simple comparison, else as text. */
import { ActionIcon, Select, Tooltip } from "@mantine/core";
import { IconMathFunction, IconForms } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { textOf, type Json } from "../../model";
import {
  operatorsOf,
  readComparison,
  starterComparison,
  withOperator,
  writeComparison,
  type Comparison,
  type Operator,
} from "../comparison";
import { useObjects, useSurroundings } from "../surroundings";
import styles from "./editors.module.css";
import { ExpressionControl } from "./ExpressionControl";
import { ValueEditor } from "./ValueEditor";

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
  const { names, typeOf } = useSubjects();
  const known = names.flatMap((group) => group.items).some((item) => item.value === comparison.subject);
  const extra =
    comparison.subject && !known
      ? [{ group: " ", items: [{ value: comparison.subject, label: comparison.subject }] }]
      : [];
  const type = typeOf(comparison.subject);
  const usual = operatorsOf(type);
  const operators = usual.includes(comparison.operator) ? usual : [comparison.operator, ...usual];
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
          onChange={(subject) => {
            if (subject) onChange(aboutAnother(comparison, subject, type, typeOf(subject)));
          }}
        />
        {comparison.subject !== "" && (
          <Select
            aria-label={t("conditions.operator")}
            data={operators.map((one) => ({ value: one, label: t(`operators.${operatorWord(one, type)}`) }))}
            value={comparison.operator}
            allowDeselect={false}
            onChange={(next) => onChange(withOperator(comparison, next ?? "=", type))}
          />
        )}
      </div>
      {comparison.subject !== "" && (
        <ValueEditor
          comparison={comparison}
          type={type}
          onChange={(values) => onChange({ ...comparison, values })}
        />
      )}
    </div>
  );
}

/** An attribute of the same type keeps what was said of the other one. */
const aboutAnother = (before: Comparison, subject: string, type: string, next: string): Comparison =>
  before.subject && type === next ? { ...before, subject } : starterComparison(subject, next);

const isTime = (type: string): boolean => type === "date" || type === "timestamp";

/** “is at least” of a number is “is on or after” of an instant. */
const operatorWord = (operator: Operator, type: string): Operator | "since" | "until" =>
  isTime(type) && operator === ">=" ? "since" : isTime(type) && operator === "<" ? "until" : operator;

function useSubjects() {
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
  const typeOf = (subject: string): string => {
    const [object = "", name = ""] = subject.split(".");
    return columns[subject] ?? objects[object]?.find((one) => one.name === name)?.type ?? "string";
  };
  return { names, typeOf };
}
