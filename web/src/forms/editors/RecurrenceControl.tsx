/** A recurrence rule: how often, on which days, at what time; or as RFC 5545 writes it. */
import { Button, Chip, Group, Input, NumberInput, Select, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { textOf } from "../../model";
import type { ControlProps } from "../control";
import {
  clockOf,
  DAYS,
  readRule,
  usual,
  writeRule,
  type Day,
  type Every,
  type Recurrence,
} from "../recurrence";
import { dayName, placeName, ruleWords } from "../recurrenceWords";

const EVERY: Every[] = ["hour", "day", "week", "month"];
const PLACES = [1, 2, 3, 4, -1];

export function RecurrenceControl({ value, onChange, label, error }: ControlProps) {
  const { t } = useTranslation();
  const text = textOf(value);
  const read = text ? readRule(text) : usual;
  const [asText, setAsText] = useState(false);
  const isText = asText || read === null;
  return (
    <Input.Wrapper label={label} error={error} labelElement="div">
      <Stack gap={8} mt={4}>
        {isText ? (
          <TextInput
            aria-label={t("recurrence.asText")}
            classNames={{ input: "code" }}
            value={text}
            onChange={(event) => onChange(event.currentTarget.value)}
          />
        ) : (
          <Fields rule={read} onChange={(next) => onChange(writeRule(next))} />
        )}
        <Group justify="space-between" gap={6}>
          <Text size="xs" c="dimmed" style={{ flex: 1 }}>
            {isText ? t("recurrence.textHint") : ruleWords(text || writeRule(usual))}
          </Text>
          <Button
            size="compact-xs"
            variant="subtle"
            disabled={isText && read === null}
            onClick={() => setAsText(!isText)}
          >
            {isText ? t("recurrence.toFields") : t("recurrence.toText")}
          </Button>
        </Group>
      </Stack>
    </Input.Wrapper>
  );
}

interface FieldsProps {
  rule: Recurrence;
  onChange: (rule: Recurrence) => void;
}

function Fields({ rule, onChange }: FieldsProps) {
  const { t } = useTranslation();
  const become = (every: Every): void =>
    onChange({ ...rule, every, days: every === "week" ? ["MO"] : [], monthDay: null, place: null });
  return (
    <>
      <Group gap={6} wrap="nowrap" align="end">
        <NumberInput
          w={86}
          label={t("recurrence.interval")}
          min={1}
          max={99}
          value={rule.interval}
          onChange={(next) => typeof next === "number" && next >= 1 && onChange({ ...rule, interval: next })}
        />
        <Select
          style={{ flex: 1 }}
          aria-label={t("recurrence.every")}
          data={EVERY.map((one) => ({
            value: one,
            label: t(`recurrence.unit.${one}`, { count: rule.interval }),
          }))}
          value={rule.every}
          allowDeselect={false}
          onChange={(next) => become(next ?? "week")}
        />
        {rule.every === "hour" ? (
          <NumberInput
            w={92}
            label={t("recurrence.minute")}
            min={0}
            max={59}
            value={rule.minute}
            onChange={(next) => typeof next === "number" && onChange({ ...rule, minute: next })}
          />
        ) : (
          <TextInput
            type="time"
            w={108}
            label={t("recurrence.at")}
            value={clockOf(rule)}
            onChange={(event) => {
              const [hour, minute] = event.currentTarget.value.split(":").map(Number);
              if (hour !== undefined && minute !== undefined) onChange({ ...rule, hour, minute });
            }}
          />
        )}
      </Group>
      {rule.every === "week" && (
        <Chip.Group
          multiple
          value={rule.days}
          onChange={(days: string[]) => days.length > 0 && onChange({ ...rule, days: days as Day[] })}
        >
          <Group gap={4} role="group" aria-label={t("recurrence.days")}>
            {DAYS.map((day) => (
              <Chip key={day} size="xs" value={day} aria-label={dayName(day)}>
                {dayName(day, "short")}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
      )}
      {rule.every === "month" && <MonthFields rule={rule} onChange={onChange} />}
    </>
  );
}

/** A day of the month by its number, or a weekday by its place. */
function MonthFields({ rule, onChange }: FieldsProps) {
  const { t } = useTranslation();
  const days = [...Array.from({ length: 31 }, (_, index) => index + 1), -1];
  const data = [
    {
      group: t("recurrence.byNumber"),
      items: days.map((day) => ({
        value: `day:${day}`,
        label: day === -1 ? t("recurrence.lastDay") : t("recurrence.dayNumber", { day }),
      })),
    },
    {
      group: t("recurrence.byPlace"),
      items: PLACES.flatMap((place) =>
        DAYS.map((day) => ({
          value: `place:${place}:${day}`,
          label: t("recurrence.nth", { place: placeName(place), day: dayName(day) }),
        })),
      ),
    },
  ];
  const value =
    rule.place === null ? `day:${rule.monthDay ?? 1}` : `place:${rule.place}:${rule.days[0] ?? "MO"}`;
  const choose = (next: string | null): void => {
    const [kind, first, day] = (next ?? "day:1").split(":");
    if (kind === "place") onChange({ ...rule, monthDay: null, place: Number(first), days: [day as Day] });
    else onChange({ ...rule, monthDay: Number(first), place: null, days: [] });
  };
  return (
    <Select
      label={t("recurrence.on")}
      data={data}
      value={value}
      searchable
      allowDeselect={false}
      onChange={choose}
    />
  );
}
