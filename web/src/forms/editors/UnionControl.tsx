/** A value that may have one of several forms. */
import { Select, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schema } from "../../api/types";
import { word } from "../../i18n/words";
import { isMap, scalarText } from "../../model";
import { Control } from "../Control";
import type { ControlProps } from "../control";
import { Form } from "../Form";
import { begunOf, formOf, formsOf, markOf } from "../schema";
import styles from "./editors.module.css";

export function UnionControl(props: ControlProps) {
  const { schema, root, value, onChange, label, path, error, isRequired } = props;
  const { t } = useTranslation();
  const options = choicesOf(formsOf(schema, root));
  const shown = value === undefined ? schema.default : value;
  const chosen = options.findIndex((option) => formOf(shown, [option.schema]) === 0);
  const form = options[chosen]?.schema;
  const choose = (index: string | null): void => {
    const next = index === null ? undefined : options[Number(index)];
    onChange(next ? begunOf(next.schema, root) : undefined);
  };
  return (
    <Stack gap={8}>
      <Select
        label={label}
        error={error}
        data={options.map((option, index) => ({ value: String(index), label: option.label }))}
        value={chosen < 0 ? null : String(chosen)}
        placeholder={t("forms.choose")}
        clearable={!isRequired && value !== undefined}
        onChange={choose}
      />
      {form?.properties && isMap(shown) && (
        <div className={styles.box}>
          <Form schema={form} root={root} value={shown} path={path} onChange={(next) => onChange(next)} />
        </div>
      )}
      {form && !form.properties && form.const === undefined && (
        <Control
          schema={form}
          root={root}
          value={value}
          onChange={onChange}
          label={label}
          path={path}
          isRequired
        />
      )}
    </Stack>
  );
}

interface Option {
  label: string;
  schema: Schema;
}

/** One choice for each form; each word of a text form is a choice of its own. */
function choicesOf(forms: Schema[]): Option[] {
  return forms.flatMap((form): Option[] => {
    if (form.enum)
      return form.enum.map((one) => ({
        label: word("values", scalarText(one)),
        schema: { const: one },
      }));
    if (form.const !== undefined) return [{ label: word("values", scalarText(form.const)), schema: form }];
    return [{ label: labelOf(form), schema: form }];
  });
}

function labelOf(form: Schema): string {
  const mark = markOf(form);
  if (typeof mark?.value === "string") return word("forms", mark.value);
  if (mark) return word("forms", mark.field);
  const type = [form.type].flat()[0] ?? "value";
  return word("values", type, word("forms", type));
}
