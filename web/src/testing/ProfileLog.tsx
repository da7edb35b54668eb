/** What happened to a test profile, or why nothing did: each step with its reason, and the messages as they would have left. */
import { Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { get } from "../api/client";
import type { Explained, TestMessage, TestProfile, TestSession } from "../api/types";
import { instant } from "../i18n/format";
import { useWord } from "../i18n/words";
import { Explanation } from "../profiles/Explanation";
import { Failed, Loading } from "../shell/States";
import { pathOf } from "./session";
import styles from "./testing.module.css";

interface Props {
  session: TestSession;
  profile: TestProfile;
  document: string;
}

export function ProfileLog({ session, profile, document }: Props) {
  const { t } = useTranslation();
  const path = profile.paths.find((one) => one.document === document);
  const messages = profile.messages.filter((message) => message.from.split("/")[0] === document);
  return (
    <>
      <Title order={3} fz="sm" mt="xs">
        {t("test.log")}
      </Title>
      {path && <Explanation explained={path} />}
      {!path && profile.events.length === 0 && <Text c="dimmed">{t("test.nothingYet")}</Text>}
      {!path && profile.events.length > 0 && (
        <Nothing session={session} profile={profile.id} document={document} />
      )}
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

/** Something happened, and the document did nothing: the test that was not passed. */
function Nothing({
  session,
  profile,
  document,
}: {
  session: TestSession;
  profile: string;
  document: string;
}) {
  const { id, now, profiles } = session;
  const events = profiles.find((one) => one.id === profile)?.events.length;
  const answer = useQuery({
    queryKey: ["test-explain", id, document, profile, now, events],
    queryFn: () =>
      get<Explained>(
        `${pathOf(session)}/explain/${encodeURIComponent(document)}/${encodeURIComponent(profile)}`,
      ),
    gcTime: 0,
  });
  if (answer.error) return <Failed error={answer.error} />;
  if (!answer.data) return <Loading height={80} />;
  return <Explanation explained={answer.data} />;
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
