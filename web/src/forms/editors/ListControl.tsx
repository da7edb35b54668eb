/** A list: each item with its own form; add, move and take out. */
import { ActionIcon, Button, Input, Stack } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Json } from "../../model";
import { isMap, textOf } from "../../model";
import { Control } from "../Control";
import type { ControlProps } from "../control";
import { Form } from "../Form";
import { present, starterOf } from "../schema";
import styles from "./editors.module.css";

export function ListControl({ schema, root, value, onChange, label, path, error }: ControlProps) {
  const { t } = useTranslation();
  const items = Array.isArray(value) ? value : [];
  const item = schema.items ? present(schema.items, root) : {};
  const set = (next: Json[]): void => onChange(next.length ? next : undefined);
  const put = (index: number, next: Json | undefined): void =>
    set(items.map((one, i) => (i === index ? (next ?? null) : one)));
  const swap = (index: number, other: number): void =>
    set(
      items.map((one, i) =>
        i === index ? (items[other] ?? one) : i === other ? (items[index] ?? one) : one,
      ),
    );
  return (
    <Input.Wrapper label={label} error={error} labelElement="div">
      <Stack gap={8} mt={4}>
        {items.map((one, index) => (
          <div
            key={index}
            className={styles.item}
            role="group"
            aria-label={t("forms.item", { label, number: index + 1 })}
          >
            <div className={item.properties ? styles.itemHead : styles.itemTools}>
              {item.properties && (
                <span>
                  {(isMap(one) && (textOf(one.name) || textOf(one.id))) ||
                    t("forms.number", { number: index + 1 })}
                </span>
              )}
              <span>
                <Tool
                  label={t("forms.up", { number: index + 1 })}
                  icon={IconArrowUp}
                  isOff={index === 0}
                  act={() => swap(index, index - 1)}
                />
                <Tool
                  label={t("forms.down", { number: index + 1 })}
                  icon={IconArrowDown}
                  isOff={index === items.length - 1}
                  act={() => swap(index, index + 1)}
                />
                <Tool
                  label={t("forms.remove", { number: index + 1 })}
                  icon={IconTrash}
                  isOff={false}
                  act={() => set(items.filter((_, i) => i !== index))}
                />
              </span>
            </div>
            {item.properties ? (
              <Form
                schema={item}
                root={root}
                value={isMap(one) ? one : {}}
                path={`${path}[${index}]`}
                hidden={OUTLETS}
                primary={SHOWN}
                onChange={(next) => put(index, next)}
              />
            ) : (
              <Control
                schema={item}
                root={root}
                value={one}
                label={t("forms.number", { number: index + 1 })}
                path={`${path}[${index}]`}
                isRequired
                onChange={(next) => put(index, next)}
              />
            )}
          </div>
        ))}
        <Button
          variant="default"
          size="compact-xs"
          style={{ alignSelf: "flex-start" }}
          leftSection={<IconPlus size={13} />}
          aria-label={t("forms.add", { label })}
          onClick={() => set([...items, starterOf(item, root) ?? (item.properties ? {} : "")])}
        >
          {t("forms.addOne")}
        </Button>
      </Stack>
    </Input.Wrapper>
  );
}

/** Where a path leads is drawn, and chosen under “Paths”. */
const OUTLETS = new Set(["next"]);
const SHOWN = ["name"];

interface ToolProps {
  label: string;
  icon: typeof IconPlus;
  isOff: boolean;
  act: () => void;
}

function Tool({ label, icon: Picture, isOff, act }: ToolProps) {
  return (
    <ActionIcon size={22} aria-label={label} disabled={isOff} variant="transparent" onClick={act}>
      <Picture size={13} />
    </ActionIcon>
  );
}
