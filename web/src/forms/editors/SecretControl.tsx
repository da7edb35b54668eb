/** A secret: written here, and never shown again; or the name of a variable of the server's environment that has it. */
import { Input, PasswordInput, SegmentedControl, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { isMap, textOf, type Json } from "../../model";
import type { ControlProps } from "../control";

const EXAMPLE = "MY_SECRET";

export function SecretControl({ schema, value, onChange, label, error, isRequired }: ControlProps) {
  const { t } = useTranslation();
  const takesVariable = schema.type !== "string";
  const isVariable = isMap(value) && "env" in value;
  const text = isMap(value) ? textOf(value.value) : textOf(value);
  const set = (next: string): void => onChange(next || (isRequired ? "" : undefined));
  return (
    <Input.Wrapper label={label} error={error} labelElement="div">
      {takesVariable && (
        <SegmentedControl
          size="xs"
          fullWidth
          mb={4}
          aria-label={t("secrets.way", { label })}
          data={(["text", "variable"] as const).map((way) => ({ value: way, label: t(`secrets.${way}`) }))}
          value={isVariable ? "variable" : "text"}
          onChange={(way) => onChange(way === "variable" ? { env: "" } : isRequired ? "" : undefined)}
        />
      )}
      {isVariable ? (
        <TextInput
          aria-label={t("secrets.variableOf", { label })}
          placeholder={EXAMPLE}
          classNames={{ input: "code" }}
          value={textOf((value as { env: Json }).env)}
          onChange={(event) => onChange({ env: event.currentTarget.value })}
        />
      ) : (
        <PasswordInput
          size="xs"
          aria-label={label}
          autoComplete="new-password"
          visibilityToggleButtonProps={{ "aria-label": t("session.showPassword") }}
          placeholder={t("secrets.none")}
          value={text}
          onFocus={(event) => event.currentTarget.select()}
          onChange={(event) => set(event.currentTarget.value)}
        />
      )}
    </Input.Wrapper>
  );
}
