/** Somebody else saved meanwhile: what both changed is shown side by side, and one chooses. Nothing is lost. */
import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Draft } from "../api/types";
import { isMap, type Json } from "../model";
import { useEditor } from "./EditorProvider";
import { merge, settle, type Conflict } from "./merge";
import styles from "./Notices.module.css";
import { documentOf } from "./store";

export function ConflictDialog({ theirs }: { theirs: Draft }) {
  const { t } = useTranslation();
  const editor = useEditor();
  const { value, conflicts } = useMemo(() => {
    const state = editor.getState();
    return merge(state.saved.document, documentOf(state), theirs.document);
  }, [editor, theirs]);
  const [taken, setTaken] = useState<ReadonlySet<Conflict>>(new Set());
  const choose = (conflict: Conflict, takesTheirs: boolean): void => {
    const next = new Set(taken);
    if (takesTheirs) next.add(conflict);
    else next.delete(conflict);
    setTaken(next);
  };
  const goOn = (document: Json): void => {
    if (isMap(document)) editor.getState().rebase(theirs, document);
  };
  return (
    <Modal opened onClose={() => editor.getState().meet(null)} title={t("conflict.title")} size="xl">
      <Stack>
        <Text>
          {conflicts.length ? t("conflict.text", { count: conflicts.length }) : t("conflict.clean")}
        </Text>
        {conflicts.map((conflict) => (
          <div key={conflict.path} role="radiogroup" aria-label={conflict.path}>
            <Text className="code" mb={4}>
              {conflict.path}
            </Text>
            <div className={styles.sides}>
              <Side
                who={t("conflict.mine")}
                value={conflict.mine}
                isChosen={!taken.has(conflict)}
                choose={() => choose(conflict, false)}
              />
              <Side
                who={t("conflict.theirs")}
                value={conflict.theirs}
                isChosen={taken.has(conflict)}
                choose={() => choose(conflict, true)}
              />
            </div>
          </div>
        ))}
        <Group justify="space-between">
          <Group gap={6}>
            <Button variant="default" onClick={() => goOn(documentOf(editor.getState()))}>
              {t("conflict.allMine")}
            </Button>
            <Button variant="default" onClick={() => goOn(theirs.document)}>
              {t("conflict.allTheirs")}
            </Button>
          </Group>
          <Button onClick={() => goOn(settle(value, conflicts, (conflict) => taken.has(conflict)))}>
            {t("conflict.merge")}
          </Button>
        </Group>
        <Text size="xs" c="dimmed">
          {t("conflict.undo")}
        </Text>
      </Stack>
    </Modal>
  );
}

interface SideProps {
  who: string;
  value: Json | undefined;
  isChosen: boolean;
  choose: () => void;
}

function Side({ who, value, isChosen, choose }: SideProps) {
  const { t } = useTranslation();
  return (
    <button type="button" role="radio" aria-checked={isChosen} className={styles.side} onClick={choose}>
      <span className={styles.who}>{who}</span>
      <pre className={styles.value}>
        {value === undefined ? t("conflict.gone") : JSON.stringify(value, null, 2)}
      </pre>
    </button>
  );
}
