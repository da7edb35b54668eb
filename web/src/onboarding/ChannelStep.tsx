/** How e-mails leave: into a file for now, or over a mail server, with a test. */
import { Alert, Button, Group, NumberInput, Radio, Stack, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { IconSend } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { post } from "../api/client";
import { useVocabulary } from "../api/hooks";
import { told } from "../i18n/told";
import type { Doc } from "../model";
import { useAct, write } from "./acting";
import type { StepProps } from "./BeginPage";
import { Loading } from "../shell/States";
import styles from "./onboarding.module.css";
import { say } from "./progress";

const [SENDER, ME] = ["shop@example.com", "me@example.com"];
type Way = "log" | "smtp" | "keep";
interface Receipt {
  outcome: string;
  reason: string | null;
}

export function ChannelStep({ onNext }: StepProps) {
  const channels = useVocabulary().data?.channels;
  if (!channels) return <Loading />;
  const known = channels.find((channel) => channel.type === "email" && !channel.built_in);
  return <ChannelForm known={known?.id} onNext={onNext} />;
}

function ChannelForm({ known, onNext }: StepProps & { known: string | undefined }) {
  const { t } = useTranslation();
  const [chosen, setWay] = useState<Way | null>(null);
  const way = chosen ?? (known ? "keep" : "log");
  const [host, setHost] = useState("127.0.0.1");
  const [port, setPort] = useState(587);
  const [user, setUser] = useState("");
  const [password, setPassword] = useState("");
  const [from, setFrom] = useState("");
  const saving = useAct((document: Doc) => write([document], false));
  const wish = (): Doc => ({
    kind: "channel",
    id: known ?? "email",
    type: "email",
    default: true,
    ...(way === "log"
      ? { provider: "log" }
      : {
          provider: "smtp",
          settings: { host, port, from, ...(user ? { username: user, password } : {}) },
        }),
  });
  const save = async (): Promise<void> => {
    if (way !== "keep") await saving.mutateAsync(wish());
  };
  const toNext = (): void => {
    say("channel");
    onNext();
  };
  return (
    <Stack>
      <Radio.Group value={way} onChange={(value) => setWay(value)} label={t("begin.way")}>
        <Stack gap={8} mt={6}>
          {known && <Radio value="keep" label={t("begin.ways.keep", { id: known })} />}
          <Radio value="log" label={t("begin.ways.log")} description={t("begin.ways.logText")} />
          <Radio value="smtp" label={t("begin.ways.smtp")} description={t("begin.ways.smtpText")} />
        </Stack>
      </Radio.Group>
      {way === "smtp" && (
        <div className={styles.fields}>
          <TextInput label={t("begin.host")} value={host} onChange={(e) => setHost(e.currentTarget.value)} />
          <NumberInput
            label={t("begin.port")}
            value={port}
            min={1}
            max={65535}
            onChange={(value) => setPort(Number(value) || 587)}
          />
          <TextInput
            label={t("begin.from")}
            placeholder={SENDER}
            value={from}
            onChange={(e) => setFrom(e.currentTarget.value)}
            required
          />
          <TextInput
            label={t("fields.username")}
            value={user}
            autoComplete="off"
            onChange={(e) => setUser(e.currentTarget.value)}
          />
          <TextInput
            label={t("fields.password")}
            type="password"
            autoComplete="new-password"
            value={password}
            onChange={(e) => setPassword(e.currentTarget.value)}
          />
        </div>
      )}
      <TestMail
        save={save}
        isReady={way !== "smtp" || from.includes("@")}
        onRefused={() => setWay("log")}
        isToFile={way === "log"}
      />
      <Group justify="flex-end">
        <Button
          size="sm"
          loading={saving.isPending}
          disabled={way === "smtp" && !from.includes("@")}
          onClick={() => void save().then(toNext, () => undefined)}
        >
          {t("begin.next")}
        </Button>
      </Group>
    </Stack>
  );
}

interface TestProps {
  save: () => Promise<void>;
  isReady: boolean;
  isToFile: boolean;
  /** To the way on which nothing can be refused. */
  onRefused: () => void;
}

function TestMail({ save, isReady, isToFile, onRefused }: TestProps) {
  const { t } = useTranslation();
  const [to, setTo] = useState("");
  const sending = useMutation({
    mutationFn: async () => {
      await save();
      const template = {
        kind: "template",
        id: "first-steps",
        channel: "email",
        subject: t("begin.testSubject"),
        html: `<p>${t("begin.testText")}</p>`,
      };
      return post<{ proofs: Receipt[] }>("/api/templates/proof", { template, to: [to] });
    },
    onSuccess: ({ proofs: [receipt] }) => receipt?.outcome === "sent" && say("channel"),
  });
  const receipt = sending.data?.proofs[0];
  return (
    <>
      <Group align="flex-end" gap="xs">
        <TextInput
          label={t("begin.testTo")}
          type="email"
          value={to}
          placeholder={ME}
          onChange={(event) => setTo(event.currentTarget.value)}
        />
        <Button
          variant="light"
          leftSection={<IconSend size={15} aria-hidden />}
          disabled={!isReady || !to.includes("@")}
          loading={sending.isPending}
          onClick={() => sending.mutate()}
        >
          {t("begin.test")}
        </Button>
      </Group>
      {receipt && (
        <Alert color={receipt.outcome === "sent" ? "teal" : "red"} role="status">
          {receipt.outcome === "sent"
            ? t("begin.testSent")
            : t("begin.testFailed", { why: told(receipt.reason ?? "") })}
          {receipt.outcome !== "sent" && !isToFile && (
            <Group mt={8} gap={8}>
              <Text size="sm">{t("begin.testAdvice")}</Text>
              <Button variant="light" color="red" size="compact-sm" onClick={onRefused}>
                {t("begin.ways.log")}
              </Button>
            </Group>
          )}
        </Alert>
      )}
    </>
  );
}
