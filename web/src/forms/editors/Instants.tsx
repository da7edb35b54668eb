/** Instants and times of day. An instant is entered in the user's zone and written in UTC. */
import { TextInput } from "@mantine/core";
import { zoneNow } from "../../i18n/format";
import { fromLocal, toLocal } from "../../i18n/local";
import { textOf } from "../../model";
import type { ControlProps } from "../control";

export function InstantControl({ value, onChange, label, error }: ControlProps) {
  const zone = zoneNow();
  const text = textOf(value);
  const local = text ? toLocal(text, zone) : "";
  return (
    <TextInput
      type={local === null ? "text" : "datetime-local"}
      label={label}
      error={error}
      description={zone}
      inputWrapperOrder={["label", "input", "description", "error"]}
      value={local ?? text}
      onChange={(event) => {
        const next = event.currentTarget.value;
        onChange(next ? (fromLocal(next, zone) ?? next) : undefined);
      }}
    />
  );
}

export function ClockControl({ value, onChange, label, error }: ControlProps) {
  return (
    <TextInput
      type="time"
      label={label}
      error={error}
      value={textOf(value)}
      onChange={(event) => onChange(event.currentTarget.value || undefined)}
    />
  );
}

/** A wall-clock time that belongs to no zone yet, such as `2026-03-01 09:00`. */
export function LocalControl({ value, onChange, label, error }: ControlProps) {
  const text = textOf(value);
  const isPlain = text === "" || /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d$/.test(text);
  return (
    <TextInput
      type={isPlain ? "datetime-local" : "text"}
      label={label}
      error={error}
      value={isPlain ? text.replace(" ", "T") : text}
      onChange={(event) => onChange(event.currentTarget.value.replace("T", " ") || undefined)}
    />
  );
}
