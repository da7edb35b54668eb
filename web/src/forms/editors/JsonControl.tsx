import { Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Json } from "../../model";
import type { ControlProps } from "../control";

/** Any value, as JSON; what is no JSON yet is not taken. */
export function JsonControl({ value, onChange, label, error }: ControlProps) {
  const { t } = useTranslation();
  const [text, setText] = useState<string | null>(null);
  const shown = text ?? (value === undefined ? "" : JSON.stringify(value, null, 2));
  const change = (next: string): void => {
    const read = readJson(next);
    setText(read === undefined && next.trim() ? next : null);
    if (read !== undefined || !next.trim()) onChange(read);
  };
  return (
    <Textarea
      label={label}
      error={text === null ? error : t("forms.noJson")}
      value={shown}
      maxRows={14}
      classNames={{ input: "code" }}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}

function readJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
