import { Button, Group, Modal, Stack } from "@mantine/core";
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import type { DraftRow } from "../api/types";
import { freeId } from "./ids";
import { isFreeId, NameFields } from "./NameFields";
import { useTaken } from "./NewDialog";
import { addressOf } from "./sections";
import { useCopy } from "./writing";

/** A copy under another name; it is a draft, whatever the original is. */
export function CopyDialog({ draft, onClose }: { draft: DraftRow; onClose: () => void }) {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const taken = useTaken(draft.kind);
  const [title, setTitle] = useState(() =>
    draft.name === draft.id ? "" : t("list.copyOf", { name: draft.name }),
  );
  const [id, setId] = useState(() => freeId(`${draft.id}-copy`, taken));
  const copying = useCopy();
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    copying.mutate(
      { from: draft, id, title },
      {
        onSuccess: () => {
          onClose();
          go(addressOf(draft.kind, id));
        },
      },
    );
  };
  return (
    <Modal opened onClose={onClose} title={t("list.copyTitle", { name: draft.name })}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <NameFields title={title} id={id} taken={taken} onTitle={setTitle} onId={setId} />
          <Group justify="flex-end" mt="xs">
            <Button variant="default" onClick={onClose}>
              {t("actions.cancel")}
            </Button>
            <Button type="submit" disabled={!isFreeId(id, taken)} loading={copying.isPending}>
              {t("actions.copy")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
