/** What happened to a test profile: each step with its reason, and the messages as they would have left. */
import { Badge, Group, Text, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { instant } from "../i18n/format";
import { useWord } from "../i18n/words";
import styles from "./testing.module.css";
import type { TestMessage, TestPassage, TestProfile } from "../api/types";

export function ProfileLog({ profile, document }: { profile: TestProfile; document: string }) {
  const { t } = useTranslation();
  const path = profile.paths.find((one) => one.document === document);
  const messages = profile.messages.filter((message) => message.from.split("/")[0] === document);
  return (
    <>
      <Title order={3} fz="sm" mt="xs">
        {t("test.log")}
      </Title>
      {path ? <Text size="sm">{path.summary}</Text> : <Text c="dimmed">{t("test.nothingYet")}</Text>}
      {path?.passages.map((passage) => (
        <Passage key={passage.entered_at} passage={passage} />
      ))}
      {messages.length > 0 && (
        <Title order={3} fz="sm" mt="xs">
          {t("test.messages")}
        </Title>
      )}
      {messages.map((message, index) => (
        <Message key={`${message.at}${message.from}${index}`} message={message} />
      ))}
    </>
  );
}

function Passage({ passage }: { passage: TestPassage }) {
  const { t } = useTranslation();
  const word = useWord();
  return (
    <div>
      <Group gap={6} mb={6}>
        <Badge
          color={passage.state === "active" ? "yellow" : passage.state === "completed" ? "teal" : "gray"}
        >
          {word("states", passage.state)}
        </Badge>
        {passage.reason && <Text size="xs">{passage.reason}</Text>}
      </Group>
      {passage.would_differ && (
        <Text size="xs" c="dimmed" mb={6}>
          {passage.would_differ}
        </Text>
      )}
      <ol className={styles.log}>
        {passage.steps.map((step, index) => (
          <li
            key={`${step.at}${step.node}${index}`}
            className={styles.step}
            data-waits={step.outcome === "waiting" || undefined}
          >
            <span className={styles.when}>{instant(step.at, true)}</span>
            <div>
              <b className="code">{step.node}</b> → {word("outcomes", step.outcome, step.outcome)}
              {step.until &&
                step.outcome === "waiting" &&
                ` · ${t("test.until", { at: instant(step.until, true) })}`}
            </div>
            {step.text}
          </li>
        ))}
      </ol>
    </div>
  );
}

function Message({ message }: { message: TestMessage }) {
  const { t } = useTranslation();
  const word = useWord();
  const [isOpen, setOpen] = useState(false);
  const isHtml = /<[a-z][\s\S]*>/i.test(message.body ?? "");
  return (
    <div className={styles.message}>
      <button
        type="button"
        className={styles.messageHead}
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        <Text size="sm" fw={600} truncate>
          {message.subject ?? message.template}
        </Text>
        <Text size="xs" c="dimmed" truncate>
          {word("nodes", message.channel)} · {message.to ?? "–"} · {instant(message.at, true)}
        </Text>
      </button>
      {isOpen &&
        (isHtml ? (
          <iframe
            className={styles.body}
            sandbox=""
            srcDoc={message.body ?? ""}
            title={t("test.messageOf", { subject: message.subject ?? message.template })}
          />
        ) : (
          <pre className={styles.text}>{message.body}</pre>
        ))}
    </div>
  );
}
