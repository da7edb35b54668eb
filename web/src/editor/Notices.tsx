/** What one must know about the open document: work that came back, and what somebody else saved. */
import { Button, Group } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { ago } from "../i18n/format";
import { useRestored } from "./autosave";
import { ConflictDialog } from "./ConflictDialog";
import { useEditing, useEditor } from "./EditorProvider";
import styles from "./Notices.module.css";
import { isDirty } from "./store";

export function Notices() {
  const { t } = useTranslation();
  const editor = useEditor();
  const at = useRestored((restored) => restored.at);
  const theirs = useEditing((editing) => editing.theirs);
  const dirty = useEditing(isDirty);
  const discard = (): void => {
    const { saved, restore } = editor.getState();
    restore(saved, saved.document, null);
    useRestored.setState({ at: null });
  };
  return (
    <>
      {at && dirty && (
        <div className={styles.notice} role="status">
          <IconHistory size={16} aria-hidden />
          <span>{t("editor.restored", { ago: ago(at) })}</span>
          <Group gap={4} ml="auto">
            <Button
              variant="subtle"
              size="compact-xs"
              color="gray"
              onClick={() => useRestored.setState({ at: null })}
            >
              {t("editor.goOn")}
            </Button>
            <Button variant="subtle" size="compact-xs" color="red" onClick={discard}>
              {t("editor.discard")}
            </Button>
          </Group>
        </div>
      )}
      {theirs && <ConflictDialog theirs={theirs} />}
    </>
  );
}
