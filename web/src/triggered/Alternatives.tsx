/** One of several ways to say a thing, or none: each with what it means, the chosen one with its fields. */
import { Radio, Stack, Text } from "@mantine/core";
import { useId } from "react";
import type { Schema } from "../api/types";
import { Form } from "../forms/Form";
import { formOf } from "../forms/schema";
import { isMap, type Json } from "../model";
import styles from "./triggered.module.css";

export interface Alternative {
  id: string;
  label: string;
  text?: string;
  /** What the field says when it is chosen; `undefined` takes the field out of the document. */
  begin: Json | undefined;
  schema: Schema | null;
}

interface Props {
  label: string;
  options: readonly Alternative[];
  value: Json | undefined;
  root: Schema;
  path: string;
  onChange: (value: Json | undefined) => void;
}

export function chosenOf(options: readonly Alternative[], value: Json | undefined): Alternative | undefined {
  return (
    options.find(({ schema, begin }) =>
      schema && isMap(value) ? formOf(value, [schema]) === 0 : !isMap(value) && begin === value,
    ) ?? options.find(({ begin }) => begin === undefined && value === undefined)
  );
}

export function Alternatives({ label, options, value, root, path, onChange }: Props) {
  const group = useId();
  const chosen = chosenOf(options, value);
  return (
    <Radio.Group
      label={label}
      name={group}
      value={chosen?.id ?? ""}
      onChange={(id) => onChange(options.find((option) => option.id === id)?.begin)}
    >
      <Stack gap={6} mt={6}>
        {options.map((option) => {
          const isChosen = option === chosen;
          return (
            <div key={option.id} className={styles.option} data-chosen={isChosen || undefined}>
              <Radio value={option.id} label={option.label} description={option.text} />
              {isChosen && option.schema?.properties && isMap(value) && (
                <div className={styles.fields}>
                  <Form
                    schema={option.schema}
                    root={root}
                    value={value}
                    path={path}
                    primary={["timezone", "if_missed"]}
                    onChange={(next) => onChange(next)}
                  />
                </div>
              )}
            </div>
          );
        })}
      </Stack>
      {!chosen && value !== undefined && <Text size="xs">{JSON.stringify(value)}</Text>}
    </Radio.Group>
  );
}
