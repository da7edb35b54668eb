import { Button, Menu } from "@mantine/core";
import {
  IconAddressBook,
  IconBellCheck,
  IconBrackets,
  IconCalendarEvent,
  IconEqual,
  IconHandClick,
  IconX,
  IconTable,
  IconPlus,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { ConditionForm } from "../conditions";

const FORMS = [
  ["expression", IconEqual],
  ["did", IconCalendarEvent],
  ["in", IconAddressBook],
  ["engaged", IconHandClick],
  ["subscribed", IconBellCheck],
  ["related", IconTable],
  ["all", IconBrackets],
  ["not", IconX],
] as const;

/** A button that offers all forms of a condition. */
export function AddCondition({ label, onAdd }: { label: string; onAdd: (form: ConditionForm) => void }) {
  const { t } = useTranslation();
  return (
    <Menu position="bottom-start" width={230}>
      <Menu.Target>
        <Button
          variant="default"
          size="compact-xs"
          leftSection={<IconPlus size={13} />}
          style={{ alignSelf: "flex-start" }}
        >
          {label}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {FORMS.map(([form, Picture]) => (
          <Menu.Item key={form} leftSection={<Picture size={15} />} onClick={() => onAdd(form)}>
            {form === "all" ? t("conditions.newGroup") : t(`conditions.${form}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
