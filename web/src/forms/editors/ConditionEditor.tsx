/** One condition, with what it is made of. */
import { ActionIcon, Group, Menu, SegmentedControl, Stack } from "@mantine/core";
import { IconBracketsContain, IconDotsVertical, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { isMap, type Json } from "../../model";
import {
  formOfCondition,
  grouped,
  MAPS,
  membersOf,
  starterCondition,
  type ConditionForm,
} from "../conditions";
import { AddCondition } from "./AddCondition";
import { ComparisonEditor } from "./ComparisonEditor";
import { DidEditor, EngagedEditor, InEditor, RelatedEditor, SubscribedEditor } from "./ConditionMaps";
import styles from "./editors.module.css";
import { JsonControl } from "./JsonControl";

export interface ConditionProps {
  value: Json | undefined;
  onChange: (value: Json | undefined) => void;
  label: string;
  canClear: boolean;
  depth: number;
}

const LEAVES = {
  in: InEditor,
  did: DidEditor,
  related: RelatedEditor,
  engaged: EngagedEditor,
  subscribed: SubscribedEditor,
};

export function ConditionEditor({ value, onChange, label, canClear, depth }: ConditionProps) {
  const { t } = useTranslation();
  const form = formOfCondition(value);
  if (value === undefined)
    return <AddCondition label={t("conditions.set")} onAdd={(next) => onChange(starterCondition(next))} />;
  if (form === null)
    return (
      <JsonControl
        schema={{}}
        root={{}}
        value={value}
        onChange={onChange}
        label={label}
        path=""
        error={null}
        isRequired
      />
    );
  const menu = <ConditionMenu value={value} onChange={onChange} canClear={canClear} />;
  if (form === "all" || form === "any")
    return (
      <GroupEditor form={form} value={value} onChange={onChange} label={label} depth={depth} menu={menu} />
    );
  return (
    <div className={styles.condition} role="group" aria-label={t(`conditions.${form}`)}>
      <Group justify="space-between" wrap="nowrap" mb={4}>
        <span className={styles.legend}>{t(`conditions.${form}`)}</span>
        {menu}
      </Group>
      {form === "not" && isMap(value) && (
        <ConditionEditor
          value={value.not}
          onChange={(next) => onChange({ not: next ?? "" })}
          label={label}
          canClear={false}
          depth={depth + 1}
        />
      )}
      {form === "expression" && <ComparisonEditor value={value} onChange={onChange} label={label} />}
      {form !== "not" && form !== "expression" && isMap(value) && (
        <Leaf form={form} value={value} onChange={onChange} />
      )}
    </div>
  );
}

function Leaf({
  form,
  value,
  onChange,
}: {
  form: keyof typeof LEAVES;
  value: { [key: string]: Json };
  onChange: (value: Json) => void;
}) {
  const Editor = LEAVES[form];
  return <Editor value={value} onChange={onChange} />;
}

interface GroupProps {
  form: "all" | "any";
  value: Json;
  onChange: (value: Json | undefined) => void;
  label: string;
  depth: number;
  menu: React.ReactNode;
}

function GroupEditor({ form, value, onChange, label, depth, menu }: GroupProps) {
  const { t } = useTranslation();
  const members = membersOf(value, form);
  const set = (next: Json[]): void => onChange({ [form]: next });
  return (
    <div className={styles.group} role="group" aria-label={t(`conditions.${form}`)}>
      <Group justify="space-between" wrap="nowrap" mb={6}>
        <SegmentedControl
          size="xs"
          aria-label={t("conditions.join", { label })}
          data={(["all", "any"] as const).map((one) => ({ value: one, label: t(`conditions.${one}`) }))}
          value={form}
          onChange={(next) => onChange({ [next]: members })}
        />
        {menu}
      </Group>
      <Stack gap={6}>
        {members.map((member, index) => (
          <ConditionEditor
            key={index}
            value={member}
            label={label}
            depth={depth + 1}
            canClear
            onChange={(next) =>
              set(
                next === undefined
                  ? members.filter((_, i) => i !== index)
                  : members.map((one, i) => (i === index ? next : one)),
              )
            }
          />
        ))}
        <AddCondition
          label={t("conditions.add")}
          onAdd={(next) => set([...members, starterCondition(next)])}
        />
      </Stack>
    </div>
  );
}

function ConditionMenu({
  value,
  onChange,
  canClear,
}: Pick<ConditionProps, "onChange" | "canClear"> & { value: Json }) {
  const { t } = useTranslation();
  const become = (form: ConditionForm): void =>
    onChange(form === "not" ? { not: value } : starterCondition(form));
  return (
    <Menu position="bottom-end" width={210}>
      <Menu.Target>
        <ActionIcon size={22} aria-label={t("conditions.menu")}>
          <IconDotsVertical size={14} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconBracketsContain size={14} />} onClick={() => onChange(grouped(value))}>
          {t("conditions.group")}
        </Menu.Item>
        <Menu.Label>{t("conditions.become")}</Menu.Label>
        {(["expression", ...MAPS.slice(2)] as ConditionForm[]).map((form) => (
          <Menu.Item key={form} onClick={() => become(form)}>
            {t(`conditions.${form}`)}
          </Menu.Item>
        ))}
        {canClear && <Menu.Divider />}
        {canClear && (
          <Menu.Item color="red" leftSection={<IconTrash size={14} />} onClick={() => onChange(undefined)}>
            {t("conditions.remove")}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
