/** What a document did with a profile: its ways through, each step with its reason; or the tests that it did not pass. */
import { Badge, Group, Text, Title } from "@mantine/core";
import { IconCircleCheck, IconCircleMinus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Explained } from "../api/types";
import { instant } from "../i18n/format";
import { useWord } from "../i18n/words";
import log from "../testing/testing.module.css";
import styles from "./profiles.module.css";
import { Said } from "./Said";
import { Tests } from "./Tests";

type Passage = Explained["passages"][number];
type Step = Passage["steps"][number];
type Message = Step["messages"][number];
type Refusal = Step["discards"][number];

export function Explanation({ explained }: { explained: Explained }) {
  const { t } = useTranslation();
  const { summary, would_differ, passages, refusals, tests, entered } = explained;
  return (
    <div>
      <div className={styles.verdict} role="status">
        {entered ? (
          <IconCircleCheck color="var(--mantine-color-teal-6)" aria-hidden />
        ) : (
          <IconCircleMinus color="var(--mantine-color-red-6)" aria-hidden />
        )}
        <Text component="p" fw={600}>
          <Said isTale text={summary} />
        </Text>
        {would_differ && (
          <Text component="p" size="sm">
            <Said isTale text={would_differ} />
          </Text>
        )}
      </div>
      {tests && tests.length > 0 && <Tests tests={tests} first={explained.first_failed} />}
      {passages.map((passage) => (
        <Way key={`${passage.entered_at}${passage.key ?? ""}`} passage={passage} />
      ))}
      {refusals.length > 0 && (
        <>
          <Title order={3} fz="sm" mt="lg" mb={6}>
            {t("why.refusals")}
          </Title>
          {refusals.map((refusal, index) => (
            <Refused key={index} refusal={refusal} />
          ))}
        </>
      )}
    </div>
  );
}

function Way({ passage }: { passage: Passage }) {
  const { t } = useTranslation();
  const word = useWord();
  const { entered_at, left_at, key, state, reason, would_differ, steps, messages, discards } = passage;
  return (
    <section className={styles.passage} aria-label={t("why.passage", { at: instant(entered_at) })}>
      <Group gap={8} mb={8}>
        <Badge color={state === "active" ? "yellow" : state === "completed" ? "teal" : "gray"}>
          {word("states", state)}
        </Badge>
        <Text size="sm">
          {left_at
            ? t("why.fromTo", { from: instant(entered_at), to: instant(left_at) })
            : t("why.since", { from: instant(entered_at) })}
        </Text>
        {key && (
          <Text size="xs" c="dimmed" className="code">
            {key}
          </Text>
        )}
      </Group>
      {reason && <Text size="sm">{t("why.ended", { why: word("reasons", reason) })}</Text>}
      {would_differ && (
        <Text size="sm" c="dimmed" mb={6}>
          <Said isTale text={would_differ} />
        </Text>
      )}
      <ol className={log.log}>
        {steps.map((step, index) => (
          <StepOf key={`${step.at}${step.node}${index}`} step={step} />
        ))}
      </ol>
      {messages.map((message, index) => (
        <Told key={index} message={message} />
      ))}
      {discards.map((refusal, index) => (
        <Refused key={index} refusal={refusal} />
      ))}
    </section>
  );
}

function StepOf({ step: { at, node, outcome, text, messages, discards } }: { step: Step }) {
  const word = useWord();
  return (
    <li className={log.step} data-waits={outcome === "waiting" || undefined}>
      <span className={log.when}>{instant(at, true)}</span>
      <div>
        <b className="code">{node}</b> → {word("outcomes", outcome, outcome)}
      </div>
      <Said isTale text={text} />
      {messages.map((message, index) => (
        <Told key={index} message={message} />
      ))}
      {discards.map((refusal, index) => (
        <Refused key={index} refusal={refusal} />
      ))}
    </li>
  );
}

function Told({ message: { channel, to, template, variant, feedback, status, at } }: { message: Message }) {
  const { t } = useTranslation();
  const word = useWord();
  return (
    <div className={styles.row}>
      <div>
        <b>{word("nodes", channel)}</b> · {to ?? "–"} · <span className="code">{template}</span>
        {variant !== null && ` · ${String(variant)}`}
        <div className={styles.quiet}>
          {instant(at, true)}
          {feedback.map(({ kind, at: when }) => ` · ${word("values", kind)} ${instant(when, true)}`)}
        </div>
      </div>
      <Badge color={status === "failed" ? "red" : status === "sent" ? "teal" : "yellow"}>
        {t(`why.status.${status}`)}
      </Badge>
    </div>
  );
}

function Refused({ refusal: { at, reason, text, would_differ } }: { refusal: Refusal }) {
  const word = useWord();
  return (
    <div className={styles.row}>
      <div>
        <Badge color="red" variant="outline">
          {word("reasons", reason)}
        </Badge>{" "}
        <Said isTale text={text} />
        {would_differ && (
          <div className={styles.quiet}>
            <Said isTale text={would_differ} />
          </div>
        )}
      </div>
      <span className={`${styles.quiet ?? ""} numbers`}>{instant(at, true)}</span>
    </div>
  );
}
