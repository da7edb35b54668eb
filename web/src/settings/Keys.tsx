/** API keys, for administrators. A key itself is shown once. */
import {
  ActionIcon,
  Alert,
  Badge,
  Button,
  Code,
  CopyButton,
  Group,
  Select,
  Stack,
  Table,
  Text,
  TextInput,
} from "@mantine/core";
import { modals } from "@mantine/modals";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { IconTrash } from "@tabler/icons-react";
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { post, remove } from "../api/client";
import type { ApiKey, MadeKey } from "../api/types";
import { instant } from "../i18n/format";
import styles from "./Settings.module.css";
import { TablePage } from "./TablePage";

const ROLES = ["ingest", "server", "admin"] as const;
const KEY = ["keys"];

export function Keys() {
  const { t } = useTranslation();
  return (
    <TablePage<ApiKey>
      path="/api/keys"
      queryKey={KEY}
      newLabel={t("keysPage.new")}
      columns={[t("keysPage.label"), t("keysPage.role"), t("keysPage.created"), t("keysPage.used")]}
      row={(key) => <Row key={key.id} apiKey={key} />}
      form={(close) => <NewKey onClose={close} />}
    />
  );
}

function Row({ apiKey }: { apiKey: ApiKey }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const revoking = useMutation({
    mutationFn: () => remove(`/api/keys/${encodeURIComponent(apiKey.id)}`),
    onSettled: () => client.invalidateQueries({ queryKey: KEY }),
  });
  const name = apiKey.label || apiKey.id;
  const drop = (): void => {
    modals.openConfirmModal({
      title: t("keysPage.revokeTitle", { name }),
      children: <Text size="sm">{t("keysPage.revokeText")}</Text>,
      labels: { confirm: t("keysPage.revoke"), cancel: t("actions.cancel") },
      confirmProps: { color: "red" },
      onConfirm: () => revoking.mutate(),
    });
  };
  return (
    <Table.Tr>
      <Table.Td>
        <Text fw={550}>{name}</Text>
        <Text size="xs" c="dimmed" className="code">
          {apiKey.id}
        </Text>
      </Table.Td>
      <Table.Td>
        <Badge color={apiKey.role === "admin" ? "red" : "gray"}>
          {t(`keysPage.roles.${apiKey.role as "ingest"}`)}
        </Badge>
      </Table.Td>
      <Table.Td>{instant(apiKey.created_at)}</Table.Td>
      <Table.Td>{instant(apiKey.used_at)}</Table.Td>
      <Table.Td>
        <ActionIcon color="red" aria-label={t("keysPage.revokeOf", { name })} onClick={drop}>
          <IconTrash size={15} />
        </ActionIcon>
      </Table.Td>
    </Table.Tr>
  );
}

function NewKey({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [label, setLabel] = useState("");
  const [role, setRole] = useState<string>("ingest");
  const creation = useMutation({
    mutationFn: () => post<MadeKey>("/api/keys", { role, label }),
    onSuccess: () => client.invalidateQueries({ queryKey: KEY }),
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    creation.mutate();
  };
  if (creation.data) return <Secret secret={creation.data.secret} onClose={onClose} />;
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          size="sm"
          label={t("keysPage.label")}
          value={label}
          onChange={(event) => setLabel(event.currentTarget.value)}
          data-autofocus
        />
        <Select
          size="sm"
          label={t("keysPage.role")}
          description={t(`keysPage.about.${role as "ingest"}`)}
          data={ROLES.map((value) => ({ value, label: t(`keysPage.roles.${value}`) }))}
          value={role}
          allowDeselect={false}
          onChange={(next) => setRole(next ?? role)}
        />
        <Group justify="flex-end" mt="xs">
          <Button variant="default" onClick={onClose}>
            {t("actions.cancel")}
          </Button>
          <Button type="submit" loading={creation.isPending}>
            {t("actions.create")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Secret({ secret, onClose }: { secret: string; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Stack>
      <Alert color="yellow">{t("keysPage.once")}</Alert>
      <Code block className={styles.secret}>
        {secret}
      </Code>
      <Group justify="flex-end">
        <CopyButton value={secret}>
          {({ copied, copy }) => (
            <Button variant="default" onClick={copy}>
              {copied ? t("keysPage.copied") : t("actions.copy")}
            </Button>
          )}
        </CopyButton>
        <Button onClick={onClose}>{t("actions.close")}</Button>
      </Group>
    </Stack>
  );
}
