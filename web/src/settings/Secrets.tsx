/** The secrets of documents: where they are and how they are kept. What they say is never shown. */
import {
  ActionIcon,
  Badge,
  Button,
  Group,
  Modal,
  PasswordInput,
  SegmentedControl,
  Stack,
  Table,
  Text,
  TextInput,
} from "@mantine/core";
import { modals } from "@mantine/modals";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { IconKey, IconTrash } from "@tabler/icons-react";
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { get, put } from "../api/client";
import type { KnownSecret } from "../api/types";
import { addressOf } from "../documents/sections";
import { told } from "../i18n/told";
import { useWord } from "../i18n/words";
import { Empty, Failed, Loading } from "../shell/States";
import { tell } from "../shell/toasts";
import styles from "./Settings.module.css";

const KEY = ["secrets"];
const COLORS = { sealed: "teal", env: "blue", text: "yellow" } as const;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

interface Wish {
  text?: string;
  env?: string;
}

function useSetting({ kind, id, path }: KnownSecret) {
  const { t } = useTranslation();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (wish: Wish) => put<KnownSecret[]>("/api/secrets", { kind, id, path, ...wish }),
    onSuccess: () => {
      tell(t("secretsPage.done"));
      return Promise.all(
        [KEY, ["drafts"], ["draft", kind, id]].map((queryKey) => client.invalidateQueries({ queryKey })),
      );
    },
  });
}

export function Secrets() {
  const { t } = useTranslation();
  const found = useQuery({ queryKey: KEY, queryFn: () => get<KnownSecret[]>("/api/secrets") });
  if (found.error) return <Failed error={found.error} />;
  if (!found.data) return <Loading />;
  if (!found.data.length)
    return <Empty icon={IconKey} title={t("secretsPage.empty")} text={t("secretsPage.emptyText")} />;
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        {t("secretsPage.about")}
      </Text>
      <div className={styles.sheet} tabIndex={0}>
        <Table verticalSpacing={8} horizontalSpacing="md">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("secretsPage.document")}</Table.Th>
              <Table.Th>{t("secretsPage.place")}</Table.Th>
              <Table.Th>{t("secretsPage.way")}</Table.Th>
              <Table.Th w={130} aria-label={t("list.actions")} />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {found.data.map((secret) => (
              <Row key={`${secret.kind}/${secret.id}/${secret.path}`} secret={secret} />
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </Stack>
  );
}

function Row({ secret }: { secret: KnownSecret }) {
  const { t } = useTranslation();
  const word = useWord();
  const [isOpen, setOpen] = useState(false);
  const setting = useSetting(secret);
  const { kind, id, title, path, way, variable, trouble } = secret;
  const drop = (): void => {
    modals.openConfirmModal({
      title: t("secretsPage.removeTitle", { path, id }),
      children: <Text size="sm">{t("secretsPage.removeText")}</Text>,
      labels: { confirm: t("actions.delete"), cancel: t("actions.cancel") },
      confirmProps: { color: "red" },
      onConfirm: () => setting.mutate({}),
    });
  };
  return (
    <Table.Tr>
      <Table.Td>
        <Link href={addressOf(kind, id)} style={{ color: "inherit", fontWeight: 550 }}>
          {title ?? id}
        </Link>
        <Text size="xs" c="dimmed">
          {word("kinds", kind)}
        </Text>
      </Table.Td>
      <Table.Td className={`code ${styles.secret ?? ""}`}>{path}</Table.Td>
      <Table.Td>
        <Badge color={COLORS[way]}>{t(`secretsPage.ways.${way}`)}</Badge>{" "}
        {variable && <span className="code">{variable}</span>}
        {trouble && (
          <Text size="xs" c="red">
            {told(trouble)}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <Group gap={4} wrap="nowrap" justify="flex-end">
          <Button
            variant="default"
            size="compact-xs"
            aria-label={t("secretsPage.replaceOf", { path, id })}
            onClick={() => setOpen(true)}
          >
            {t("secretsPage.replace")}
          </Button>
          <ActionIcon color="red" aria-label={t("secretsPage.removeOf", { path, id })} onClick={drop}>
            <IconTrash size={15} />
          </ActionIcon>
        </Group>
        {isOpen && <Replace secret={secret} onClose={() => setOpen(false)} />}
      </Table.Td>
    </Table.Tr>
  );
}

function Replace({ secret, onClose }: { secret: KnownSecret; onClose: () => void }) {
  const { t } = useTranslation();
  const [way, setWay] = useState<"text" | "variable">(secret.way === "env" ? "variable" : "text");
  const [text, setText] = useState("");
  const [env, setEnv] = useState(secret.variable ?? "");
  const setting = useSetting(secret);
  const isText = way === "text" || !secret.sealable;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setting.mutate(isText ? { text } : { env }, { onSuccess: onClose });
  };
  return (
    <Modal opened onClose={onClose} title={t("secretsPage.replaceOf", { path: secret.path, id: secret.id })}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          {secret.sealable && (
            <SegmentedControl
              aria-label={t("secretsPage.way")}
              data={(["text", "variable"] as const).map((value) => ({ value, label: t(`secrets.${value}`) }))}
              value={way}
              onChange={setWay}
            />
          )}
          {isText ? (
            <PasswordInput
              label={t("secretsPage.new")}
              autoComplete="new-password"
              visibilityToggleButtonProps={{ "aria-label": t("session.showPassword") }}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
              data-autofocus
            />
          ) : (
            <TextInput
              label={t("secretsPage.variable")}
              description={t("secretsPage.variableHint")}
              classNames={{ input: "code" }}
              value={env}
              onChange={(event) => setEnv(event.currentTarget.value)}
            />
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("actions.cancel")}
            </Button>
            <Button type="submit" disabled={isText ? !text : !NAME.test(env)} loading={setting.isPending}>
              {t("secretsPage.set")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
