/** The form of what is chosen: a step, several, or the document itself. */
import { Button, Group, Stack, Text } from "@mantine/core";
import { IconCopyPlus, IconTrash } from "@tabler/icons-react";
import { useDeferredValue } from "react";
import { useTranslation } from "react-i18next";
import { useActs } from "./acts";
import { ENTRY } from "./graph";
import styles from "./SidePanel.module.css";
import { StepInspector } from "./StepInspector";
import { useScene } from "./scene";
import { useView } from "./view";

export function Inspector({ isLocked }: { isLocked: boolean }) {
  const { kit, steps } = useScene();
  const now = useView((view) => view.chosen.join("\n"));
  // The card shows at once that it is chosen; a form takes longer to make. The one of another step is gone meanwhile.
  const ready = useDeferredValue(now);
  if (ready !== now) return <div className={styles.inspector} aria-busy />;
  const chosen = ready.split("\n").filter((id) => id && id !== ENTRY);
  const step = chosen.length === 1 ? steps.find((one) => one.id === chosen[0]) : undefined;
  return (
    <fieldset disabled={isLocked} className={styles.inspector} style={{ border: 0, margin: 0, minWidth: 0 }}>
      {chosen.length > 1 && <Several ids={chosen} />}
      {step && <StepInspector key={step.id} step={step} />}
      {chosen.length < 2 && !step && <kit.Whole />}
    </fieldset>
  );
}

function Several({ ids }: { ids: readonly string[] }) {
  const { t } = useTranslation();
  const acts = useActs();
  return (
    <Stack>
      <Text fw={600}>{t("canvas.several", { count: ids.length })}</Text>
      <Group gap={6}>
        <Button
          variant="default"
          leftSection={<IconCopyPlus size={14} />}
          onClick={() => acts.duplicate(ids)}
        >
          {t("keys.duplicate")}
        </Button>
        <Button
          variant="light"
          color="red"
          leftSection={<IconTrash size={14} />}
          onClick={() => acts.remove(ids)}
        >
          {t("actions.delete")}
        </Button>
      </Group>
    </Stack>
  );
}
