/** API keys, for administrators. A key itself is shown once. */
import { ActionIcon, Badge, Button, Group, Select, Stack, Table, Text, TextInput } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { IconGauge, IconRefresh, IconTrash } from "@tabler/icons-react";
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { post, remove } from "../api/client";
import type { ApiKey, MadeKey } from "../api/types";
import { instant, number } from "../i18n/format";
import { BrowserKeys } from "./BrowserKeys";
import { LimitKey, RateField, RotateKey, Secret } from "./KeyDialogs";
import { KEY } from "./keys";
import { TablePage } from "./TablePage";

const ROLES = ["ingest", "server", "admin", "metrics"] as const;

export function Keys() {
  const { t } = useTranslation();
  return (
    <Stack gap="xl">
      <TablePage<ApiKey>
        path="/api/keys"
        queryKey={KEY}
        newLabel={t("keysPage.new")}
        columns={[
          t("keysPage.label"),
          t("keysPage.role"),
          t("keysPage.used"),
          t("keysPage.usage"),
          t("keysPage.rate"),
        ]}
        row={(key) => <Row key={key.id} apiKey={key} />}
        form={(close) => <NewKey onClose={close} />}
      />
      <BrowserKeys />
    </Stack>
  );
}

function Row({ apiKey }: { apiKey: ApiKey }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [dialog, setDialog] = useState<"limit" | "rotate" | null>(null);
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
      <Table.Td miw={150}>
        <Text fw={550} className="name" title={apiKey.label} c={apiKey.label ? undefined : "dimmed"}>
          {apiKey.label || t("keysPage.noLabel")}
        </Text>
        <Text size="xs" c="dimmed" className="code">
          {apiKey.id}
        </Text>
        {apiKey.former_until && (
          <Text size="xs" c="dimmed">
            {t("keysPage.former", { at: instant(apiKey.former_until) })}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <Badge color={apiKey.role === "admin" ? "red" : "gray"}>
          {t(`keysPage.roles.${apiKey.role as "ingest"}`)}
        </Badge>
      </Table.Td>
      <Table.Td className="numbers">{instant(apiKey.used_at)}</Table.Td>
      <Table.Td className="numbers">
        {number(apiKey.calls)}
        {apiKey.refused > 0 && (
          <div>
            <Badge color="red">
              {t("keysPage.refused", { count: apiKey.refused, shown: number(apiKey.refused) })}
            </Badge>
          </div>
        )}
      </Table.Td>
      <Table.Td className="numbers">{apiKey.rate ?? t("keysPage.noRate")}</Table.Td>
      <Table.Td>
        <Group gap={4} wrap="nowrap">
          <ActionIcon aria-label={t("keysPage.changeOf", { name })} onClick={() => setDialog("limit")}>
            <IconGauge size={15} />
          </ActionIcon>
          <ActionIcon aria-label={t("keysPage.rotateOf", { name })} onClick={() => setDialog("rotate")}>
            <IconRefresh size={15} />
          </ActionIcon>
          <ActionIcon color="red" aria-label={t("keysPage.revokeOf", { name })} onClick={drop}>
            <IconTrash size={15} />
          </ActionIcon>
        </Group>
        {dialog === "limit" && <LimitKey apiKey={apiKey} name={name} onClose={() => setDialog(null)} />}
        {dialog === "rotate" && <RotateKey apiKey={apiKey} name={name} onClose={() => setDialog(null)} />}
      </Table.Td>
    </Table.Tr>
  );
}

function NewKey({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [label, setLabel] = useState("");
  const [role, setRole] = useState<string>("ingest");
  const [rate, setRate] = useState("");
  const creation = useMutation({
    mutationFn: () => post<MadeKey>("/api/keys", { role, label, rate: rate || null }),
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
        <RateField value={rate} onChange={setRate} />
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
