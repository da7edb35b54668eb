/** A map of names to values, such as parameters. */
import { ActionIcon, Button, Input, Stack, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Schema } from "../../api/types";
import { isMap, type Json } from "../../model";
import { Control } from "../Control";
import { Form, mapOf } from "../Form";
import type { ControlProps } from "../control";
import { present, starterOf } from "../schema";
import styles from "./editors.module.css";

export function MapControl({ schema, root, value, onChange, label, path, error }: ControlProps) {
  const { t } = useTranslation();
  const entries = Object.entries(isMap(value) ? value : {});
  const item = itemOf(schema, root);
  const set = (next: [string, Json][]): void => onChange(next.length ? Object.fromEntries(next) : undefined);
  const put = (index: number, entry: [string, Json]): void =>
    set(entries.map((one, i) => (i === index ? entry : one)));
  const add = (): void =>
    set([...entries, [freeName(entries.map(([name]) => name)), starterOf(item, root) ?? ""]]);
  return (
    <Input.Wrapper label={label} error={error} labelElement="div">
      <Stack gap={6} mt={4}>
        {entries.map(([name, one], index) => (
          <div key={index} className={item.properties ? styles.mapCard : styles.mapRow}>
            <TextInput
              label={t("forms.key")}
              value={name}
              classNames={{ input: "code" }}
              onChange={(event) => {
                const next = event.currentTarget.value;
                if (!entries.some(([other]) => other === next)) put(index, [next, one]);
              }}
            />
            {item.properties ? (
              <div className={styles.mapForm}>
                <Form
                  schema={item}
                  root={root}
                  value={mapOf(one)}
                  path={`${path}.${name}`}
                  onChange={(next) => put(index, [name, next])}
                />
              </div>
            ) : (
              <Control
                schema={item}
                root={root}
                value={one}
                label={t(isType(item) ? "forms.type" : "forms.value")}
                path={`${path}.${name}`}
                isRequired
                onChange={(next) => put(index, [name, next ?? ""])}
              />
            )}
            <ActionIcon
              className={styles.mapRemove}
              size={30}
              aria-label={t("forms.removeOf", { name })}
              onClick={() => set(entries.filter((_, i) => i !== index))}
            >
              <IconTrash size={14} />
            </ActionIcon>
          </div>
        ))}
        <Button
          variant="default"
          size="compact-xs"
          style={{ alignSelf: "flex-start" }}
          leftSection={<IconPlus size={13} />}
          aria-label={t("forms.add", { label })}
          onClick={add}
        >
          {t("forms.addOne")}
        </Button>
      </Stack>
    </Input.Wrapper>
  );
}

const isType = ({ oneOf, ...item }: Schema): boolean =>
  [item, ...(oneOf ?? [])].some((form) => form["x-editor"] === "data_type");

function itemOf(schema: Schema, root: Schema): Schema {
  const [pattern] = Object.values(schema.patternProperties ?? {});
  const more = schema.additionalProperties;
  return present(pattern ?? (typeof more === "object" ? more : {}), root);
}

function freeName(taken: string[]): string {
  let number = taken.length + 1;
  while (taken.includes(`name${number}`)) number += 1;
  return `name${number}`;
}
