/** Accounts, for administrators. */
import {
  ActionIcon,
  Badge,
  Button,
  Group,
  Menu,
  PasswordInput,
  Select,
  Stack,
  Table,
  Text,
  TextInput,
} from "@mantine/core";
import { modals } from "@mantine/modals";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { IconDots } from "@tabler/icons-react";
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { patch, post, remove } from "../api/client";
import type { Account } from "../api/types";
import { instant } from "../i18n/format";
import { useWord } from "../i18n/words";
import { useSignedIn } from "../session/session";
import { TablePage } from "./TablePage";

const ROLES = ["viewer", "marketer", "technical", "admin"];
const KEY = ["users"];

export function Users() {
  const { t } = useTranslation();
  return (
    <TablePage<Account>
      path="/api/users"
      queryKey={KEY}
      newLabel={t("users.new")}
      columns={[t("users.name"), t("users.role"), t("users.signedIn")]}
      row={(user) => <Row key={user.id} user={user} />}
      form={(close) => <NewUser onClose={close} />}
    />
  );
}

function useUserChange() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, ...wish }: { id: string; role?: string; disabled?: boolean; isGone?: boolean }) => {
      const path = `/api/users/${encodeURIComponent(id)}`;
      return wish.isGone ? remove<unknown>(path) : patch<unknown>(path, wish);
    },
    onSettled: () => client.invalidateQueries({ queryKey: KEY }),
  });
}

function Row({ user }: { user: Account }) {
  const { t } = useTranslation();
  const word = useWord();
  const me = useSignedIn().user.id;
  const change = useUserChange();
  const drop = (): void => {
    modals.openConfirmModal({
      title: t("users.deleteTitle", { name: user.name }),
      children: <Text size="sm">{t("users.deleteText")}</Text>,
      labels: { confirm: t("actions.delete"), cancel: t("actions.cancel") },
      confirmProps: { color: "red" },
      onConfirm: () => change.mutate({ id: user.id, isGone: true }),
    });
  };
  return (
    <Table.Tr>
      <Table.Td miw={150}>
        <Group gap={8}>
          <Text fw={550} className="name" title={user.display_name}>
            {user.display_name || user.name}
          </Text>
          {user.disabled && <Badge color="gray">{t("users.disabled")}</Badge>}
        </Group>
        <Text size="xs" c="dimmed">
          {user.name}
        </Text>
      </Table.Td>
      <Table.Td>
        <Select
          w={150}
          aria-label={t("users.roleOf", { name: user.name })}
          data={ROLES.map((value) => ({ value, label: word("roles", value) }))}
          value={user.role}
          disabled={user.id === me}
          allowDeselect={false}
          onChange={(role) => role && change.mutate({ id: user.id, role })}
        />
      </Table.Td>
      <Table.Td className="numbers">{instant(user.signed_in_at)}</Table.Td>
      <Table.Td>
        {user.id !== me && (
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon aria-label={t("list.actionsOf", { name: user.name })}>
                <IconDots size={16} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={() => change.mutate({ id: user.id, disabled: !user.disabled })}>
                {user.disabled ? t("users.enable") : t("users.disable")}
              </Menu.Item>
              <Menu.Item color="red" onClick={drop}>
                {t("actions.delete")}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function NewUser({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const word = useWord();
  const client = useQueryClient();
  const [wish, setWish] = useState({ name: "", display_name: "", password: "", role: "marketer" });
  const creation = useMutation({
    mutationFn: () => post<Account>("/api/users", { ...wish, display_name: wish.display_name || wish.name }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: KEY });
      onClose();
    },
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    creation.mutate();
  };
  const bind = (field: keyof typeof wish) => ({
    value: wish[field],
    onChange: (event: { currentTarget: { value: string } }) =>
      setWish({ ...wish, [field]: event.currentTarget.value }),
  });
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput size="sm" label={t("session.displayName")} data-autofocus {...bind("display_name")} />
        <TextInput
          size="sm"
          label={t("session.name")}
          required
          withAsterisk={false}
          autoComplete="off"
          {...bind("name")}
        />
        <PasswordInput
          label={t("session.password")}
          description={t("session.passwordHint")}
          autoComplete="new-password"
          visibilityToggleButtonProps={{ "aria-label": t("session.showPassword") }}
          required
          withAsterisk={false}
          {...bind("password")}
        />
        <Select
          size="sm"
          label={t("users.role")}
          description={t(`users.about.${wish.role as "viewer"}`)}
          data={ROLES.map((value) => ({ value, label: word("roles", value) }))}
          value={wish.role}
          allowDeselect={false}
          onChange={(role) => setWish({ ...wish, role: role ?? wish.role })}
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
