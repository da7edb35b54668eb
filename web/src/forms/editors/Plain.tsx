/** Text, numbers, choices. */
import { MultiSelect, NumberInput, Select, Switch, TagsInput, Textarea, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schema } from "../../api/types";
import { useWord } from "../../i18n/words";
import { scalarText, type Json } from "../../model";
import type { ControlProps } from "../control";
import { present } from "../schema";
import { useSurroundings } from "../surroundings";

const LONG = new Set(["description", "message", "text", "body"]);

export function TextControl({ schema, value, onChange, label, path, error, isRequired }: ControlProps) {
  const shown = typeof value === "string" ? value : "";
  const change = (event: { currentTarget: { value: string } }): void =>
    onChange(event.currentTarget.value || (isRequired ? "" : undefined));
  const example = schema.examples?.[0];
  const common = {
    label,
    value: shown,
    onChange: change,
    error,
    placeholder: typeof example === "string" ? example : "",
  };
  return LONG.has(path.split(".").at(-1) ?? "") ? (
    <Textarea {...common} maxRows={10} />
  ) : (
    <TextInput {...common} />
  );
}

export function NumberControl({ schema, value, onChange, label, error }: ControlProps) {
  return (
    <NumberInput
      label={label}
      error={error}
      value={typeof value === "number" ? value : ""}
      placeholder={scalarText(schema.default)}
      allowDecimal={schema.type === "number"}
      {...(schema.minimum === undefined ? {} : { min: schema.minimum })}
      {...(schema.maximum === undefined ? {} : { max: schema.maximum })}
      onChange={(next) => onChange(typeof next === "number" ? next : undefined)}
    />
  );
}

export function SwitchControl({ schema, value, onChange, label, error }: ControlProps) {
  const usual = schema.default === true;
  const isOn = typeof value === "boolean" ? value : usual;
  return (
    <Switch
      label={label}
      error={error}
      checked={isOn}
      onChange={() => onChange(!isOn === usual ? undefined : !isOn)}
    />
  );
}

const optionsOf = (schema: Schema): (string | number)[] =>
  (schema.enum ?? []).filter(
    (one): one is string | number => typeof one === "string" || typeof one === "number",
  );

export function EnumControl({ schema, value, onChange, label, error, isRequired }: ControlProps) {
  const { t } = useTranslation();
  const word = useWord();
  const options = optionsOf(schema);
  return (
    <Select
      label={label}
      error={error}
      data={options.map((one) => ({ value: String(one), label: word("values", String(one), String(one)) }))}
      value={scalarText(value ?? schema.default) || null}
      placeholder={t("forms.choose")}
      clearable={!isRequired && value !== undefined}
      searchable={options.length > 8}
      onChange={(next) => onChange(fromText(options, next))}
    />
  );
}

const fromText = (options: (string | number)[], text: string | null): Json | undefined =>
  options.find((one) => String(one) === text);

/** Several of a closed list. */
export function EnumsControl({ schema, root, value, onChange, label, error }: ControlProps) {
  const { t } = useTranslation();
  const word = useWord();
  const options = optionsOf(schema.items ? present(schema.items, root) : {});
  const chosen = Array.isArray(value) ? value.map(scalarText) : [];
  return (
    <MultiSelect
      label={label}
      error={error}
      data={options.map((one) => ({ value: String(one), label: word("values", String(one), String(one)) }))}
      value={chosen}
      placeholder={chosen.length ? "" : t("forms.choose")}
      clearable
      onChange={(next) => {
        const all = next.map((one) => fromText(options, one)).filter((one) => one !== undefined);
        onChange(all.length ? all : undefined);
      }}
    />
  );
}

/** Several names; those of columns are offered where the rows have some. */
export function TagsControl({ schema, value, onChange, label, error }: ControlProps) {
  const { columns } = useSurroundings();
  const isName = schema.items?.pattern?.startsWith("^[A-Za-z]") ?? false;
  const tags = Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
  return (
    <TagsInput
      label={label}
      error={error}
      data={isName ? Object.keys(columns ?? {}) : []}
      value={tags}
      onChange={(next) => onChange(next.length ? next : undefined)}
    />
  );
}
