/** Durations and rates: a number and a unit; sums of several are written. */
import { Input, NumberInput, Select, TextInput } from "@mantine/core";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { durationWords, formatDuration, parseDuration, UNITS, type Unit } from "../../i18n/duration";
import { textOf } from "../../model";
import type { ControlProps } from "../control";
import styles from "./editors.module.css";

export function DurationControl({ value, onChange, label, error, schema }: ControlProps) {
  const { t, i18n } = useTranslation();
  const id = useId();
  const text = textOf(value);
  const amounts = parseDuration(text);
  const [only] = amounts ?? [];
  if (text && (amounts === null || amounts.length > 1)) {
    return (
      <TextInput
        label={label}
        error={error}
        value={text}
        description={amounts ? durationWords(text, i18n.language) : t("forms.durationHint")}
        onChange={(event) => onChange(event.currentTarget.value || undefined)}
      />
    );
  }
  const unit = only?.unit ?? unitOf(schema.default);
  const set = (count: number | string, next: Unit): void =>
    onChange(typeof count === "number" ? formatDuration([{ count, unit: next }]) : undefined);
  return (
    <Input.Wrapper label={label} error={error} labelProps={{ htmlFor: id }}>
      <div className={styles.pair}>
        <NumberInput
          id={id}
          min={0}
          allowDecimal={false}
          value={only?.count ?? ""}
          onChange={(count) => set(count, unit)}
        />
        <Select
          aria-label={t("forms.unit", { label })}
          data={UNITS.map((one) => ({ value: one, label: t(`units.${one}`) }))}
          value={unit}
          allowDeselect={false}
          onChange={(next) => set(only?.count ?? 1, next ?? unit)}
        />
      </div>
    </Input.Wrapper>
  );
}

const unitOf = (usual: unknown): Unit => (typeof usual === "string" && usual.endsWith("m") ? "m" : "d");

const PER = ["s", "m", "h", "d"] as const;

export function RateControl({ value, onChange, label, error }: ControlProps) {
  const { t } = useTranslation();
  const id = useId();
  const [, count, per] = /^(\d+)\/([smhd])$/.exec(textOf(value)) ?? [];
  const unit = per ?? "s";
  const set = (next: number | string, of: string): void =>
    onChange(typeof next === "number" && next > 0 ? `${next}/${of}` : undefined);
  return (
    <Input.Wrapper label={label} error={error} labelProps={{ htmlFor: id }}>
      <div className={styles.pair}>
        <NumberInput
          id={id}
          min={1}
          allowDecimal={false}
          value={count === undefined ? "" : Number(count)}
          onChange={(next) => set(next, unit)}
        />
        <Select
          aria-label={t("forms.unit", { label })}
          data={PER.map((one) => ({ value: one, label: t(`per.${one}`) }))}
          value={unit}
          allowDeselect={false}
          onChange={(next) => set(Number(count ?? 1), next ?? unit)}
        />
      </div>
    </Input.Wrapper>
  );
}
