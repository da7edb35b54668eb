/** The first data: three sample profiles, one's own server, or files. */
import { Alert, Button, Code, CopyButton, Group, Stack, Tabs, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { IconCheck, IconCopy, IconKey, IconUsersPlus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { post } from "../api/client";
import { useStatus } from "../api/hooks";
import type { MadeKey } from "../api/types";
import { number } from "../i18n/format";
import { at } from "../root";
import { useMay } from "../session/session";
import { GuideLink } from "../shell/GuideLink";
import { identify, SAMPLE, send, useAct } from "./acting";
import type { StepProps } from "./BeginPage";

const IMPORT = "sojourn import profiles customers.csv";

export function DataStep({ onNext }: StepProps) {
  const { t } = useTranslation();
  const taken = useStatus().data?.items.appended ?? 0;
  const mayKeys = useMay("keys");
  return (
    <Stack>
      {!mayKeys && <Alert color="gray">{t("begin.needsKeys")}</Alert>}
      <Tabs defaultValue="sample" keepMounted={false}>
        <Tabs.List mb="sm">
          <Tabs.Tab value="sample">{t("begin.sample")}</Tabs.Tab>
          <Tabs.Tab value="server">{t("begin.server")}</Tabs.Tab>
          <Tabs.Tab value="file">{t("begin.file")}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="sample">
          <Sample isLocked={!mayKeys} />
        </Tabs.Panel>
        <Tabs.Panel value="server">
          <Server isLocked={!mayKeys} />
        </Tabs.Panel>
        <Tabs.Panel value="file">
          <Text size="sm" mb={6}>
            {t("begin.fileText")}
          </Text>
          <Code block>{IMPORT}</Code>
          <GuideLink page="guide/ingestion/" />
        </Tabs.Panel>
      </Tabs>
      <Group justify="space-between">
        <Text size="sm" role="status">
          {taken > 0 ? t("begin.arrived", { count: taken, shown: number(taken) }) : t("begin.waiting")}
        </Text>
        <Button size="sm" disabled={taken === 0} onClick={onNext}>
          {t("begin.next")}
        </Button>
      </Group>
    </Stack>
  );
}

function Sample({ isLocked }: { isLocked: boolean }) {
  const { t } = useTranslation();
  const sending = useAct(() => send(SAMPLE.map(([id, name]) => identify(id, name))));
  return (
    <>
      <Text size="sm" mb={10}>
        {t("begin.sampleText")}
      </Text>
      <Button
        variant="light"
        leftSection={<IconUsersPlus size={15} aria-hidden />}
        disabled={isLocked}
        loading={sending.isPending}
        onClick={() => sending.mutate(undefined)}
      >
        {t("begin.sendSample")}
      </Button>
    </>
  );
}

function Server({ isLocked }: { isLocked: boolean }) {
  const { t } = useTranslation();
  const making = useMutation({
    mutationFn: () => post<MadeKey>("/api/keys", { role: "server", label: t("begin.keyLabel") }),
  });
  const secret = making.data?.secret;
  const [head, type, body] = [
    `curl -u ${secret ?? "KEY"}: ${window.location.origin}${at("/v1/identify")}`,
    `-H 'Content-Type: application/json'`,
    `-d '{"userId": "ann", "traits": {"email": "ann@example.com", "first_name": "Ann"}}'`,
  ];
  const command = [head, type, body].join(" \\\n  ");
  return (
    <>
      <Text size="sm" mb={10}>
        {secret ? t("keysPage.once") : t("begin.serverText")}
      </Text>
      {!secret && (
        <Button
          variant="light"
          mb="sm"
          leftSection={<IconKey size={15} aria-hidden />}
          disabled={isLocked}
          loading={making.isPending}
          onClick={() => making.mutate()}
        >
          {t("begin.makeKey")}
        </Button>
      )}
      <Code block>{command}</Code>
      <Group gap={6} mt={6}>
        <CopyButton value={command}>
          {({ copied, copy }) => (
            <Button
              variant="subtle"
              color="gray"
              leftSection={copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
              onClick={copy}
            >
              {copied ? t("keysPage.copied") : t("actions.copy")}
            </Button>
          )}
        </CopyButton>
        <GuideLink page="guide/clients/" />
      </Group>
    </>
  );
}
