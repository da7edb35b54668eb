/** A new document: what it is, and what it is called. */
import { Button, Group, Modal, Select, Stack } from "@mantine/core";
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { useCatalog, useDrafts } from "../api/hooks";
import { useWord } from "../i18n/words";
import { freeId, slug } from "./ids";
import { isFreeId, NameFields } from "./NameFields";
import { addressOf } from "./sections";
import { starterDocument } from "./starters";
import { useNewTitle } from "./titles";
import { useCreate } from "./writing";

interface Props {
  kinds: string[];
  opened: boolean;
  onClose: () => void;
}

export function NewDialog({ kinds, opened, onClose }: Props) {
  const title = useNewTitle(kinds);
  return (
    <Modal opened={opened} onClose={onClose} title={title}>
      {opened && <NewForm kinds={kinds} onClose={onClose} />}
    </Modal>
  );
}

function NewForm({ kinds, onClose }: Omit<Props, "opened">) {
  const { t } = useTranslation();
  const word = useWord();
  const [, go] = useLocation();
  const [kind, setKind] = useState(kinds[0] ?? "journey");
  const [title, setTitle] = useState("");
  const [ownId, setOwnId] = useState<string | null>(null);
  const taken = useTaken(kind);
  const schema = useCatalog().data?.documents[kind]?.schema;
  const creation = useCreate();
  const id = ownId ?? freeId(slug(title, kind.replace(/_/g, "-")), taken);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    creation.mutate(starterDocument(kind, id, title, schema), {
      onSuccess: () => {
        onClose();
        go(addressOf(kind, id));
      },
    });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {kinds.length > 1 && (
          <Select
            size="sm"
            label={t("list.kind")}
            data={kinds.map((value) => ({ value, label: word("kinds", value) }))}
            value={kind}
            allowDeselect={false}
            onChange={(value) => setKind(value ?? kind)}
          />
        )}
        <NameFields title={title} id={id} taken={taken} onTitle={setTitle} onId={setOwnId} />
        <Group justify="flex-end" mt="xs">
          <Button variant="default" onClick={onClose}>
            {t("actions.cancel")}
          </Button>
          <Button type="submit" disabled={!isFreeId(id, taken)} loading={creation.isPending || !schema}>
            {t("actions.create")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

const RUN = ["journey", "triggered", "campaign"];

/** Ids that a new document of this kind cannot have: journeys and campaigns share theirs. */
export function useTaken(kind: string): ReadonlySet<string> {
  const kinds = RUN.includes(kind) ? RUN : [kind];
  return new Set(
    (useDrafts().data ?? []).filter((draft) => kinds.includes(draft.kind)).map((draft) => draft.id),
  );
}
