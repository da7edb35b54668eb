/** A secret: typed here, sealed by the server and never shown again; or the name of a variable of its environment. */
import { useState } from "react";
import { Input, PasswordInput, SegmentedControl, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { post } from "../../api/client";
import { isMap, textOf, type Json } from "../../model";
import type { ControlProps } from "../control";
import { told } from "../../i18n/told";

const EXAMPLE = "MY_SECRET";

export function SecretControl({ schema, value, onChange, label, error, isRequired }: ControlProps) {
  const { t } = useTranslation();
  const takesForms = schema.type !== "string";
  const isVariable = isMap(value) && "env" in value;
  const none = isRequired ? "" : undefined;
  return (
    <Input.Wrapper label={label} error={error} labelElement="div">
      {takesForms && (
        <SegmentedControl
          size="xs"
          fullWidth
          mb={4}
          aria-label={t("secrets.way", { label })}
          data={(["text", "variable"] as const).map((way) => ({ value: way, label: t(`secrets.${way}`) }))}
          value={isVariable ? "variable" : "text"}
          onChange={(way) => onChange(way === "variable" ? { env: "" } : none)}
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
        <Typed label={label} isSet={isMap(value) || Boolean(value)} seals={takesForms} onChange={onChange} />
      )}
    </Input.Wrapper>
  );
}

interface TypedProps {
  label: string;
  isSet: boolean;
  seals: boolean;
  onChange: (value: Json) => void;
}

/** What is typed stays in the field until it is sealed: the document never has it, not even for a moment. */
function Typed({ label, isSet, seals, onChange }: TypedProps) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const seal = useMutation({
    mutationFn: async (typed: string): Promise<Json> =>
      seals ? await post<{ sealed: string }>("/api/secrets/seal", { text: typed }) : typed,
    onSuccess: (sealed) => {
      onChange(sealed);
      setText("");
    },
  });
  return (
    <PasswordInput
      size="xs"
      aria-label={label}
      autoComplete="new-password"
      visibilityToggleButtonProps={{ "aria-label": t("session.showPassword") }}
      placeholder={t(isSet ? "secrets.isSet" : "secrets.none")}
      error={told(seal.error?.message)}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={() => text !== "" && seal.mutate(text)}
    />
  );
}
