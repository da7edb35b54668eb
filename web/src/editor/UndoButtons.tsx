import { ActionIcon, Group, Tooltip } from "@mantine/core";
import { IconArrowBackUp, IconArrowForwardUp } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useEditing, useEditor } from "./EditorProvider";

/** Undo and redo, for editors without a canvas. */
export function UndoButtons() {
  const { t } = useTranslation();
  const editor = useEditor();
  const canUndo = useEditing((editing) => editing.history.past.length > 0);
  const canRedo = useEditing((editing) => editing.history.future.length > 0);
  return (
    <Group gap={2} ml="auto" my="auto" pr={8} wrap="nowrap">
      <Tooltip label={t("canvas.undo")}>
        <ActionIcon
          size={28}
          aria-label={t("canvas.undo")}
          disabled={!canUndo}
          onClick={() => editor.getState().undo()}
        >
          <IconArrowBackUp size={16} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={t("canvas.redo")}>
        <ActionIcon
          size={28}
          aria-label={t("canvas.redo")}
          disabled={!canRedo}
          onClick={() => editor.getState().redo()}
        >
          <IconArrowForwardUp size={16} />
        </ActionIcon>
      </Tooltip>
    </Group>
  );
}
