/** A document that a form is to name and that is not there yet: made over the page, and chosen at once. */
import { Alert, Button, Group, Modal, Stack } from "@mantine/core";
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { told } from "../i18n/told";
import { freeId, slug } from "./ids";
import { isFreeId, NameFields } from "./NameFields";
import { useTaken } from "./NewDialog";
import { soundDocument } from "./starters";
import { useNewTitle } from "./titles";
import { useCreate } from "./writing";

interface Props {
  kind: string;
  /** Of templates and groups. */
  channel: string;
  onMade: (id: string) => void;
  onClose: () => void;
}

export function MakeDialog({ kind, channel, onMade, onClose }: Props) {
  const { t } = useTranslation();
  const heading = useNewTitle([kind]);
  const [title, setTitle] = useState("");
  const [ownId, setOwnId] = useState<string | null>(null);
  const taken = useTaken(kind);
  const creation = useCreate();
  const id = ownId ?? freeId(slug(title, kind), taken);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    // It stands over the form of another document, which is not to be sent with it.
    event.stopPropagation();
    creation.mutate(soundDocument(kind, id, title.trim(), channel), {
      onSuccess: () => {
        onMade(id);
        onClose();
      },
    });
  };
  return (
    <Modal opened onClose={onClose} title={heading}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          {kind === "event" && t("forms.makeEventText")}
          <NameFields title={title} id={id} taken={taken} onTitle={setTitle} onId={setOwnId} />
          {creation.error && <Alert color="red">{told(creation.error.message)}</Alert>}
          <Group justify="flex-end" mt="xs">
            <Button variant="default" onClick={onClose}>
              {t("actions.cancel")}
            </Button>
            <Button type="submit" disabled={!isFreeId(id, taken)} loading={creation.isPending}>
              {t("actions.create")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
