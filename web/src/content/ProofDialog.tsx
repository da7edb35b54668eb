/** Sends the open content to people who want to see it, as it would arrive. */
import { Alert, Badge, Button, Group, Modal, Select, Stack, TagsInput, Text } from "@mantine/core";
import { IconSend } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { get, post } from "../api/client";
import { useCatalog, useVocabulary } from "../api/hooks";
import type { Profile, Proofs } from "../api/types";
import { useDocument } from "../editor/EditorProvider";
import { told } from "../i18n/told";
import { textOf } from "../model";
import { profilePath } from "../profiles/addresses";
import { keptAs } from "../root";
import { Refusal } from "../setup/Refusal";
import { letterOf, useReader } from "./previewing";

const KEPT = keptAs("sojourn.proof.to");
/** Nobody types tokens; those of browsers are JSON, in which there are commas. */
const TOKEN = "push_token";
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
  const own = useAddress(reader.profile, facts?.address ?? null);
  const isTyped = facts?.address !== TOKEN;
  const isForNobody = facts?.on_screen === true && !reader.profile;
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
            splitChars={isTyped ? [",", ";", " "] : []}
            acceptValueOnBlur
            data-autofocus
          />
        )}
        {own !== null && !to.includes(own) && (
          <Button
            variant="light"
            size="compact-sm"
            maw="100%"
            style={{ alignSelf: "flex-start" }}
            onClick={() => setTo([...to, own])}
          >
            {t("content.ofReader", { address: own })}
          </Button>
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
        {facts?.on_screen && (
          <Alert color={isForNobody ? "yellow" : "blue"}>
            {isForNobody ? t("content.toNobody") : t("content.toPages", { profile: reader.profile })}
          </Alert>
        )}
        <Refusal error={sending.error} />
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
                      {told(proof.reason)}
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
            disabled={isForNobody || (needsAddress && !to.length)}
            onClick={() => sending.mutate()}
          >
            {t("content.send")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

/** The address of a profile on the channel, where it has one. */
function useAddress(profile: string | null, attribute: string | null): string | null {
  const found = useQuery({
    queryKey: ["profile", profile],
    queryFn: () => get<Profile>(profilePath(profile ?? "")),
    enabled: profile !== null && attribute !== null,
    retry: false,
    meta: { quiet: true },
  });
  const address = attribute === null ? null : found.data?.attributes[attribute];
  return typeof address === "string" && address !== "" ? address : null;
}
