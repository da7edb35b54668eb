/** A form made from a JSON Schema: fields that matter or are set, and the others behind their names. */
import { Button, Group, Stack } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "../api/types";
import { useWord } from "../i18n/words";
import { isMap, textOf, type Json, type JsonMap } from "../model";
import { Control } from "./Control";
import { Help } from "./Help";
import styles from "./editors/editors.module.css";
import { fieldsOf, type Field } from "./schema";
import { SurroundingsContext, useSurroundings } from "./surroundings";

interface Props {
  schema: Schema;
  root: Schema;
  value: JsonMap;
  onChange: (value: JsonMap, path: string) => void;
  path?: string;
  /** Optional fields that are shown even while they are not set. */
  primary?: readonly string[];
  hidden?: ReadonlySet<string>;
}

const NONE: ReadonlySet<string> = new Set();

export function Form({ schema, root, value, onChange, path = "", primary = [], hidden = NONE }: Props) {
  const word = useWord();
  const around = useSurroundings();
  const [opened, setOpened] = useState<readonly string[]>([]);
  const fields = fieldsOf(schema, root).filter(
    (field) => !hidden.has(field.name) && field.schema.const === undefined,
  );
  const isShown = ({ name, isRequired }: Field): boolean =>
    isRequired || value[name] !== undefined || primary.includes(name) || opened.includes(name);
  const set = (name: string, next: Json | undefined): void =>
    onChange(withField(value, name, next), at(path, name));
  const event = textOf(value.event) || textOf(value.did) || around.event;
  return (
    <SurroundingsContext value={event === around.event ? around : { ...around, event }}>
      <Stack gap="sm">
        {inOrder(fields.filter(isShown)).map((field) => (
          <div key={field.name}>
            <Control
              schema={field.schema}
              root={root}
              value={value[field.name]}
              onChange={(next) => set(field.name, next)}
              label={word(
                "fields",
                `${lastOf(path)}_${field.name}`,
                word("fields", field.name, field.schema.title),
              )}
              path={at(path, field.name)}
              isRequired={field.isRequired}
            />
            <Help schema={field.schema} />
          </div>
        ))}
        <More
          fields={fields.filter((field) => !isShown(field))}
          onOpen={(name) => setOpened([...opened, name])}
        />
      </Stack>
    </SurroundingsContext>
  );
}

/** Where a field stands may give its name another meaning: `from` of a mail is nobody's instant. */
const lastOf = (path: string): string => /([a-z_]+)(\[\d+\])?$/.exec(path)?.[1] ?? "";

/** What must be filled in comes first. */
const inOrder = (fields: readonly Field[]): Field[] => [
  ...fields.filter(({ isRequired }) => isRequired),
  ...fields.filter(({ isRequired }) => !isRequired),
];

export const at = (path: string, name: string): string => (path ? `${path}.${name}` : name);

function withField(value: JsonMap, name: string, next: Json | undefined): JsonMap {
  if (next !== undefined) return { ...value, [name]: next };
  const { [name]: _gone, ...rest } = value;
  return rest;
}

function More({ fields, onOpen }: { fields: Field[]; onOpen: (name: string) => void }) {
  const { t } = useTranslation();
  const word = useWord();
  if (!fields.length) return null;
  return (
    <Group gap={4} role="group" aria-label={t("forms.more")}>
      {fields.map(({ name, schema }) => (
        <Button
          key={name}
          size="compact-xs"
          variant="subtle"
          color="gray"
          leftSection={<IconPlus size={12} />}
          className={styles.more}
          styles={{ section: { marginInlineEnd: 3 } }}
          onClick={() => onOpen(name)}
        >
          {word("fields", name, schema.title)}
        </Button>
      ))}
    </Group>
  );
}

/** The part of a form that is a map of its own. */
export const mapOf = (value: Json | undefined): JsonMap => (isMap(value) ? value : {});
