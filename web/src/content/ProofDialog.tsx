/** Sends the open content to people who want to see it, as it would arrive. */
import { Alert, Badge, Button, Group, Modal, Select, Stack, TagsInput, Text } from "@mantine/core";
import { IconSend } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError, post } from "../api/client";
import { useCatalog, useVocabulary } from "../api/hooks";
import type { Proofs } from "../api/types";
import { useDocument } from "../editor/EditorProvider";
import { textOf } from "../model";
import { keptAs } from "../root";
import { letterOf, useReader } from "./previewing";

const KEPT = keptAs("sojourn.proof.to");
const kept = (): string[] => (localStorage.getItem(KEPT) ?? "").split("\n").filter(Boolean);

export function ProofDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const document = useDocument();
  const { reader } = useReader();
  const channel = textOf(document.channel);
  const channels = (useVocabulary().data?.channels ?? []).filter(
    (one) => one.type === channel && !one.built_in,
  );
  const facts = useCatalog().data?.channels.find((one) => one.type === channel);
  const [to, setTo] = useState(kept);
  const [by, setBy] = useState<string | null>(null);
  const sending = useMutation({
    mutationFn: () =>
      post<Proofs>("/api/templates/proof", {
        ...letterOf(document, reader),
        to,
        ...(by ? { channel: by } : {}),
      }),
    onSuccess: () => localStorage.setItem(KEPT, to.join("\n")),
    meta: { quiet: true },
  });
  const needsAddress = facts?.address != null;
  const failure = sending.error;
  return (
    <Modal opened onClose={onClose} title={t("content.proof")} size="md">
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {t("content.proofText")}
        </Text>
        {needsAddress && (
          <TagsInput
            label={t("content.to")}
            description={t("content.toHint")}
            data={[]}
            value={to}
            onChange={setTo}
            maxTags={10}
            splitChars={[",", ";", " "]}
            acceptValueOnBlur
            data-autofocus
          />
        )}
        {channels.length > 1 && (
          <Select
            label={t("content.by")}
            placeholder={t("content.byDefault")}
            value={by}
            onChange={setBy}
            clearable
            data={channels.map(({ id, title }) => ({ value: id, label: title ?? id }))}
          />
        )}
        {failure && (
          <Alert color="red" title={failure instanceof ApiError ? failure.message : t("errors.unexpected")}>
            {failure instanceof ApiError ? [failure.hint, failure.code].filter(Boolean).join(" · ") : null}
          </Alert>
        )}
        {sending.data && (
          <Stack gap={6} role="status">
            {sending.data.proofs.map((proof, place) => (
              <Group key={place} gap={8} wrap="nowrap" align="flex-start">
                <Badge color={proof.outcome === "sent" ? "green" : "red"}>
                  {t(proof.outcome === "sent" ? "content.sent" : "content.notSent")}
                </Badge>
                <Text size="sm">
                  {proof.to ?? sending.data.channel}
                  {proof.reason && (
                    <Text span size="xs" c="dimmed">
                      {" "}
                      {proof.reason}
                    </Text>
                  )}
                </Text>
              </Group>
            ))}
          </Stack>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t("actions.close")}
          </Button>
          <Button
            leftSection={<IconSend size={14} />}
            loading={sending.isPending}
            disabled={needsAddress && !to.length}
            onClick={() => sending.mutate()}
          >
            {t("content.send")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
