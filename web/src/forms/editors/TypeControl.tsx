/** The type of an attribute, and what else may be said of it: its format, its values, its title. */
import { ActionIcon, Group, Select, Tooltip } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useWord } from "../../i18n/words";
import { isMap, type Json, type JsonMap } from "../../model";
import type { ControlProps } from "../control";
import { Form } from "../Form";
import { formsOf } from "../schema";
import styles from "./editors.module.css";

const SCALARS = ["string", "integer", "number", "boolean", "date", "timestamp", "json"];

/** A type is written `string`, or `[string]` for a list of them. */
const read = (value: Json | undefined): { of: string; isList: boolean } => {
  const inner = Array.isArray(value) ? value[0] : value;
  return { of: typeof inner === "string" ? inner : "", isList: Array.isArray(value) };
};

export function TypeControl({ value, onChange, label, error }: Omit<ControlProps, "schema" | "root">) {
  const { t } = useTranslation();
  const word = useWord();
  const { of, isList } = read(value);
  const data = [
    { group: t("types.one"), items: SCALARS.map((type) => ({ value: type, label: word("values", type) })) },
    {
      group: t("types.many"),
      items: SCALARS.map((type) => ({
        value: `[${type}]`,
        label: t("types.listOf", { type: word("values", type) }),
      })),
    },
  ];
  return (
    <Select
      label={label}
      error={error}
      style={{ flex: 1 }}
      data={data}
      value={of ? (isList ? `[${of}]` : of) : null}
      allowDeselect={false}
      placeholder={t("forms.choose")}
      onChange={(next) => onChange(next?.startsWith("[") ? [next.slice(1, -1)] : (next ?? "string"))}
    />
  );
}

const HIDDEN: ReadonlySet<string> = new Set(["type"]);

/** An attribute: only its type, or a map with more. */
export function AttributeControl(props: ControlProps) {
  const { schema, root, value, onChange, path } = props;
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const details = formsOf(schema, root).find((form) => form.properties);
  const map: JsonMap = isMap(value) ? value : { type: value ?? "string" };
  const set = (next: JsonMap): void =>
    onChange(Object.keys(next).length > 1 ? next : (next.type ?? "string"));
  return (
    <div>
      <Group gap={4} wrap="nowrap" align="flex-end">
        <TypeControl
          {...props}
          value={map.type}
          onChange={(type) => set({ ...map, type: type ?? "string" })}
        />
        <Tooltip label={t("types.more")}>
          <ActionIcon
            size={30}
            aria-label={t("types.more")}
            aria-expanded={isOpen}
            onClick={() => setOpen(!isOpen)}
          >
            <IconDots size={15} />
          </ActionIcon>
        </Tooltip>
      </Group>
      {isOpen && details && (
        <div className={styles.box} style={{ marginTop: 6 }}>
          <Form
            schema={details}
            root={root}
            value={map}
            path={path}
            hidden={HIDDEN}
            onChange={(next) => set(next)}
          />
        </div>
      )}
    </div>
  );
}
