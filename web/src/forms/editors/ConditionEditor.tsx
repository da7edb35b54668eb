/** One condition, with what it is made of. */
import { ActionIcon, Group, Menu, SegmentedControl, Stack } from "@mantine/core";
import {
  IconArrowBarLeft,
  IconArrowDown,
  IconArrowUp,
  IconBracketsContain,
  IconDotsVertical,
  IconTrash,
} from "@tabler/icons-react";
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
import { useBoard } from "../../rules/board";
import { DropSlot, Handle, useGroupDrop } from "../../rules/Slots";
import { move, neighbours, placeKey, type Place, type Slot } from "../../rules/tree";
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
  /** Where it is in the rule. */
  place: Place;
}

const NOWHERE = { up: null, down: null, out: null };
const LEAVES = {
  in: InEditor,
  did: DidEditor,
  related: RelatedEditor,
  engaged: EngagedEditor,
  subscribed: SubscribedEditor,
};

export function ConditionEditor({ value, onChange, label, canClear, place }: ConditionProps) {
  const { t } = useTranslation();
  const form = formOfCondition(value);
  if (value === undefined)
    return (
      <div>
        <AddCondition label={t("conditions.set")} onAdd={(next) => onChange(starterCondition(next))} />
        <DropSlot place={place} index={null} />
      </div>
    );
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
  const menu = <ConditionMenu value={value} onChange={onChange} canClear={canClear} place={place} />;
  if (form === "all" || form === "any")
    return (
      <GroupEditor form={form} value={value} onChange={onChange} label={label} place={place} menu={menu} />
    );
  const name = t(`conditions.${form}`);
  const leaf = (
    <div className={styles.condition} role="group" aria-label={name}>
      <Group justify="space-between" wrap="nowrap" mb={4}>
        <Group gap={2} wrap="nowrap">
          {place.length > 0 && <Handle place={place} label={name} />}
          <span className={styles.legend}>{name}</span>
        </Group>
        {menu}
      </Group>
      {form === "not" && isMap(value) && (
        <ConditionEditor
          value={value.not}
          onChange={(next) => onChange({ not: next ?? "" })}
          label={label}
          canClear={false}
          place={[...place, "not"]}
        />
      )}
      {form === "expression" && <ComparisonEditor value={value} onChange={onChange} label={label} />}
      {form !== "not" && form !== "expression" && isMap(value) && (
        <Leaf form={form} value={value} onChange={onChange} />
      )}
    </div>
  );
  const isAlone = typeof place.at(-1) !== "number";
  return isAlone ? (
    <div>
      {leaf}
      <DropSlot place={place} index={null} />
    </div>
  ) : (
    leaf
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
  place: Place;
  menu: React.ReactNode;
}

function GroupEditor({ form, value, onChange, label, place, menu }: GroupProps) {
  const { t } = useTranslation();
  const board = useBoard();
  const setNodeRef = useGroupDrop(place);
  const isTarget = board !== null && placeKey(board.target) === placeKey(place);
  const members = membersOf(value, form);
  const set = (next: Json[]): void => onChange({ [form]: next });
  return (
    <div
      ref={setNodeRef}
      className={styles.group}
      data-target={isTarget || undefined}
      role="group"
      aria-label={t(`conditions.${form}`)}
      onFocus={(event) => {
        event.stopPropagation();
        board?.setTarget(place);
      }}
    >
      <Group justify="space-between" wrap="nowrap">
        <Group gap={4} wrap="nowrap">
          {place.length > 0 && <Handle place={place} label={t(`conditions.${form}`)} />}
          <SegmentedControl
            size="xs"
            aria-label={t("conditions.join", { label })}
            data={(["all", "any"] as const).map((one) => ({ value: one, label: t(`conditions.${one}`) }))}
            value={form}
            onChange={(next) => onChange({ [next]: members })}
          />
        </Group>
        {menu}
      </Group>
      <Stack gap={0}>
        {members.map((member, index) => (
          <div key={index}>
            <DropSlot place={place} index={index} />
            <ConditionEditor
              value={member}
              label={label}
              place={[...place, form, index]}
              canClear
              onChange={(next) =>
                set(
                  next === undefined
                    ? members.filter((_, i) => i !== index)
                    : members.map((one, i) => (i === index ? next : one)),
                )
              }
            />
          </div>
        ))}
        <DropSlot place={place} index={members.length} />
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
  place,
}: Pick<ConditionProps, "onChange" | "canClear" | "place"> & { value: Json }) {
  const { t } = useTranslation();
  const board = useBoard();
  const root = board?.value;
  const ways = root === undefined ? NOWHERE : neighbours(root, place);
  const go = (slot: Slot | null): void => {
    if (slot && root !== undefined) board?.onChange(move(root, place, slot));
  };
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
        {ways.up && (
          <Menu.Item leftSection={<IconArrowUp size={14} />} onClick={() => go(ways.up)}>
            {t("conditions.up")}
          </Menu.Item>
        )}
        {ways.down && (
          <Menu.Item leftSection={<IconArrowDown size={14} />} onClick={() => go(ways.down)}>
            {t("conditions.down")}
          </Menu.Item>
        )}
        {ways.out && (
          <Menu.Item leftSection={<IconArrowBarLeft size={14} />} onClick={() => go(ways.out)}>
            {t("conditions.out")}
          </Menu.Item>
        )}
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
