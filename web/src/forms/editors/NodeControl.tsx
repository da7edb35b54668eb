import { Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { word } from "../../i18n/words";
import { textOf } from "../../model";
import type { ControlProps } from "../control";
import { useSurroundings } from "../surroundings";

/** Names a step of the same document. */
export function NodeControl({ schema, value, onChange, label, error }: ControlProps) {
  const { t } = useTranslation();
  const { steps, step } = useSurroundings();
  const isOutlet = schema["x-editor"] === "outlet";
  const others = steps.filter((one) => one.id !== step?.id);
  return (
    <Select
      label={label}
      error={error}
      data={others.map((one) => ({ value: one.id, label: `${one.id} · ${word("nodes", one.type)}` }))}
      value={textOf(value) || null}
      placeholder={isOutlet ? t("canvas.pathEnds") : t("forms.choose")}
      searchable
      clearable
      nothingFoundMessage={t("forms.none")}
      onChange={(next) => onChange(next ?? undefined)}
    />
  );
}
