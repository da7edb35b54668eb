/** Beside the form of a channel: one message to one address, through the provider as the form has it. */
import { Alert, Button, Text, Textarea, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { IconSend } from "@tabler/icons-react";
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { post } from "../api/client";
import { useCatalog } from "../api/hooks";
import type { TestReceipt } from "../api/types";
import { useDocument } from "../editor/EditorProvider";
import { number } from "../i18n/format";
import { told } from "../i18n/told";
import { useWord } from "../i18n/words";
import { isMap, textOf, type Doc } from "../model";
import { useSignedIn } from "../session/session";
import { Refusal } from "./Refusal";
import styles from "./setup.module.css";

const SIMPLE = ["subject", "title", "text", "body", "url"];
const LONG = new Set(["text", "body"]);

export default function TestSendPanel() {
  const { t } = useTranslation();
  const word = useWord();
  const document = useDocument();
  const me = useSignedIn().user.display_name;
  const channel = useCatalog().data?.channels.find((one) => one.type === textOf(document.type));
  const [to, setTo] = useState("");
  const [profile, setProfile] = useState("");
  const [typed, setTyped] = useState<Record<string, string>>({});
  const usual: Record<string, string> = {
    subject: t("testSend.subject"),
    title: t("testSend.subject"),
    text: t("testSend.text", { name: me }),
    body: t("testSend.text", { name: me }),
  };
  const fields = SIMPLE.filter((name) => channel?.fields.includes(name));
  const columns = channel?.fields.includes("columns") ? columnsOf(document) : [];
  const valueOf = (name: string): string => typed[name] ?? usual[name] ?? "";
  const typedIn = (names: readonly string[]): Record<string, string> =>
    valuesOf(names.map((name) => [name, valueOf(name)] as const));
  const sending = useMutation({
    mutationFn: () =>
      post<TestReceipt>("/api/try/message", {
        document,
        to: to || null,
        profile,
        fields: { ...typedIn(fields), ...(columns.length ? { columns: typedIn(columns) } : {}) },
      }),
    meta: { quiet: true },
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    sending.mutate();
  };
  if (!channel) return <Text p="md">{t("testSend.noType")}</Text>;
  return (
    <div className={styles.side}>
      <form onSubmit={submit} className={styles.side} style={{ padding: 0 }}>
        <Text size="sm" c="dimmed">
          {t("testSend.about")}
        </Text>
        {channel.address !== null ? (
          <TextInput
            label={t("testSend.to", { address: channel.address })}
            required
            withAsterisk={false}
            value={to}
            onChange={(event) => setTo(event.currentTarget.value)}
          />
        ) : (
          <TextInput
            label={t("testSend.profile")}
            required={channel.on_screen}
            withAsterisk={false}
            value={profile}
            onChange={(event) => setProfile(event.currentTarget.value)}
          />
        )}
        {[...fields, ...columns].map((name) => {
          const Input = LONG.has(name) ? Textarea : TextInput;
          return (
            <Input
              key={name}
              label={columns.includes(name) ? name : word("fields", name)}
              value={valueOf(name)}
              onChange={(event) => setTyped({ ...typed, [name]: event.currentTarget.value })}
            />
          );
        })}
        <Button
          type="submit"
          style={{ alignSelf: "flex-start" }}
          leftSection={<IconSend size={14} />}
          loading={sending.isPending}
        >
          {t("testSend.send")}
        </Button>
      </form>
      <div aria-live="polite">
        <Refusal error={sending.error} />
        {sending.data && <Receipt receipt={sending.data} />}
      </div>
    </div>
  );
}

/** What a letter has: the columns of the file, or the parts of a page. */
function columnsOf(document: Doc): string[] {
  const listed = isMap(document.settings) ? document.settings.columns : null;
  const named = Array.isArray(listed) ? listed.filter(isMap).map(({ name }) => textOf(name)) : [];
  return named.length ? named : ["address", "title", "body"];
}

const valuesOf = (fields: (readonly [string, string])[]): Record<string, string> =>
  Object.fromEntries(fields.filter(([, value]) => value !== ""));

function Receipt({ receipt: { outcome, reason, code, detail, took_ms } }: { receipt: TestReceipt }) {
  const { t } = useTranslation();
  const said = Object.entries(detail);
  return (
    <Alert color={outcome === "sent" ? "teal" : "red"} title={t(`testSend.outcomes.${outcome}`)}>
      {reason && (
        <Text size="sm">
          {code ? `${code} ` : ""}
          {told(reason)}
        </Text>
      )}
      {said.map(([name, value]) => (
        <Text key={name} size="xs" className="code">
          {name}: {String(value)}
        </Text>
      ))}
      <Text size="xs">{t("try.took", { ms: number(Math.round(took_ms)) })}</Text>
    </Alert>
  );
}
