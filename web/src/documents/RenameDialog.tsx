import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import type { DraftRow } from "../api/types";
import { useRetitle } from "./writing";

/** Another title for a document. */
export function RenameDialog({ draft, onClose }: { draft: DraftRow; onClose: () => void }) {
  const { t } = useTranslation();
  const [title, setTitle] = useState(draft.name === draft.id ? "" : draft.name);
  const renaming = useRetitle();
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    renaming.mutate({ of: draft, title: title.trim() }, { onSuccess: onClose });
  };
  return (
    <Modal opened onClose={onClose} title={t("list.renameTitle", { name: draft.name })}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <TextInput
            size="sm"
            label={t("names.title")}
            value={title}
            onChange={(event) => setTitle(event.currentTarget.value)}
            data-autofocus
          />
          <Text size="xs" c="dimmed">
            {t("list.renameText", { id: draft.id })}
          </Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("actions.cancel")}
            </Button>
            <Button type="submit" loading={renaming.isPending}>
              {t("actions.save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
