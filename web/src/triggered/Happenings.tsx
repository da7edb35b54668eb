/** What sets a campaign off, or keeps it from leaving: a list of happenings, each in the form that it has. */
import { ActionIcon, Button, Menu, Text } from "@mantine/core";
import { IconChevronDown, IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Schema } from "../api/types";
import { Form } from "../forms/Form";
import { fieldsOf, formOf, formsOf, markOf, present } from "../forms/schema";
import { useSurroundings } from "../forms/surroundings";
import { useWord } from "../i18n/words";
import { isMap, type Json, type JsonMap } from "../model";
import styles from "./triggered.module.css";
import { told } from "../i18n/told";

interface Props {
  field: "trigger" | "unless";
  root: Schema;
  value: Json | undefined;
  onChange: (value: Json | undefined) => void;
}

const PRIMARY = ["where", "to", "link"];

export function Happenings({ field, root, value, onChange }: Props) {
  const { t } = useTranslation();
  const word = useWord();
  const list = Array.isArray(value) ? value : [];
  const forms = formsFor(root, field);
  const set = (next: Json[]): void => onChange(next.length ? next : undefined);
  return (
    <div className={styles.happenings}>
      {list.map((one, index) => {
        const form = forms[formOf(one, forms)];
        const mark = form && markOf(form)?.field;
        return (
          <div key={index}>
            {index > 0 && <Text className={styles.or}>{t("triggered.or")}</Text>}
            <section className={styles.happening} aria-label={`${index + 1}. ${word("forms", mark ?? "")}`}>
              <div className={styles.happeningHead}>
                <Text fw={600}>{mark ? word("forms", mark) : JSON.stringify(one)}</Text>
                <ActionIcon
                  size={26}
                  aria-label={t("forms.remove", { number: index + 1 })}
                  onClick={() => set(list.filter((_, i) => i !== index))}
                >
                  <IconTrash size={14} />
                </ActionIcon>
              </div>
              <Problems path={`${field}[${index}]`} />
              {form && isMap(one) && hasFields(form) && (
                <Form
                  schema={form}
                  root={root}
                  value={one}
                  path={`${field}[${index}]`}
                  primary={PRIMARY}
                  onChange={(next) => set(list.map((other, i) => (i === index ? next : other)))}
                />
              )}
            </section>
          </div>
        );
      })}
      <Menu position="bottom-start" width={240}>
        <Menu.Target>
          <Button
            variant={list.length ? "default" : "light"}
            leftSection={<IconPlus size={14} />}
            rightSection={<IconChevronDown size={14} />}
          >
            {t(list.length ? "triggered.addAnother" : `triggered.add.${field}`)}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {forms.map((form) => {
            const mark = markOf(form)?.field ?? "";
            if (field === "unless" && mark === "api") return null;
            return (
              <Menu.Item key={mark} onClick={() => set([...list, begun(form)])}>
                {word("forms", mark)}
              </Menu.Item>
            );
          })}
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}

/** Problems of a happening as a whole; those of its fields stand at the fields. */
function Problems({ path }: { path: string }) {
  const { problems } = useSurroundings();
  return problems
    .filter((problem) => problem.field === path)
    .map((problem) => (
      <Text key={problem.code + problem.message} size="xs" c="red">
        {told(problem.message)}
      </Text>
    ));
}

function formsFor(root: Schema, field: "trigger" | "unless"): Schema[] {
  const list = fieldsOf(root, root).find((one) => one.name === field)?.schema;
  return list?.items ? formsOf(present(list.items, root), root) : [];
}

const hasFields = (form: Schema): boolean =>
  Object.values(form.properties ?? {}).some((property) => property.const === undefined);

/** The least that a form can have: what tells it apart, with nothing said yet. */
export function begun(form: Schema): JsonMap {
  const mark = markOf(form);
  const required = (form.required ?? []).map((name): [string, Json] => {
    const property = form.properties?.[name];
    return [name, property?.const ?? property?.enum?.[0] ?? ""];
  });
  return { ...(mark ? { [mark.field]: mark.value ?? "" } : {}), ...Object.fromEntries(required) };
}
