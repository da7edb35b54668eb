/** Zoom, order, undo: buttons at the edge of the canvas. */
import { ActionIcon, Kbd, Modal, Table, Tooltip } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconKeyboard,
  IconLayoutDistributeVertical,
  IconMaximize,
  IconMinus,
  IconPlus,
  type Icon,
} from "@tabler/icons-react";
import { Panel } from "@xyflow/react";
import { useTranslation } from "react-i18next";
import { useEditing, useEditor } from "../editor/EditorProvider";
import { useActs } from "./acts";
import styles from "./Canvas.module.css";
import { KEYS } from "./keys";
import { useView } from "./view";

interface Props {
  onFit: () => void;
  onZoom: (step: 1 | -1) => void;
}

export function Tools({ onFit, onZoom }: Props) {
  const { t } = useTranslation();
  const editor = useEditor();
  const acts = useActs();
  const [isHelp, help] = useDisclosure(false);
  const canUndo = useEditing((editing) => editing.history.past.length > 0);
  const canRedo = useEditing((editing) => editing.history.future.length > 0);
  const isMoved = useView((view) => Object.keys(view.moved).length > 0);
  return (
    <Panel position="bottom-left" className={styles.tools ?? ""}>
      <Tool
        label={t("canvas.undo")}
        icon={IconArrowBackUp}
        isOff={!canUndo}
        act={() => editor.getState().undo()}
      />
      <Tool
        label={t("canvas.redo")}
        icon={IconArrowForwardUp}
        isOff={!canRedo}
        act={() => editor.getState().redo()}
      />
      <span className={styles.bar} />
      <Tool label={t("canvas.zoomOut")} icon={IconMinus} act={() => onZoom(-1)} />
      <Tool label={t("canvas.zoomIn")} icon={IconPlus} act={() => onZoom(1)} />
      <Tool label={t("canvas.fit")} icon={IconMaximize} act={onFit} />
      <Tool
        label={t("canvas.tidy")}
        icon={IconLayoutDistributeVertical}
        isOff={!isMoved}
        act={() => acts.tidy()}
      />
      <span className={styles.bar} />
      <Tool label={t("canvas.keys")} icon={IconKeyboard} act={help.open} />
      <Modal opened={isHelp} onClose={help.close} title={t("canvas.keys")}>
        <Table verticalSpacing={5} withRowBorders={false}>
          <Table.Tbody>
            {[...KEYS.map(({ id, shown }) => [id, shown]), ...CLIPBOARD].map(([id, shown]) => (
              <Table.Tr key={id}>
                <Table.Td>{t(`keys.${id as "up"}`)}</Table.Td>
                <Table.Td ta="end">
                  <Kbd>{shown}</Kbd>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Modal>
    </Panel>
  );
}

const CLIPBOARD = [
  ["copy", "Ctrl C"],
  ["cut", "Ctrl X"],
  ["paste", "Ctrl V"],
  ["save", "Ctrl S"],
];

interface ToolProps {
  label: string;
  icon: Icon;
  isOff?: boolean;
  act: () => void;
}

function Tool({ label, icon: Picture, isOff = false, act }: ToolProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon size={28} aria-label={label} disabled={isOff} onClick={act} className={styles.tool ?? ""}>
        <Picture size={16} stroke={1.7} />
      </ActionIcon>
    </Tooltip>
  );
}
