/** One request: who asked, what would change, and the word on it. */
import { Alert, Badge, Button, Group, Stack, Text, Textarea } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import type { Approval } from "../api/types";
import { addressOf } from "../documents/sections";
import { ago, instant } from "../i18n/format";
import { useWord } from "../i18n/words";
import { useMay, useSignedIn } from "../session/session";
import { useDecide, type Decision } from "./approvals";
import styles from "./approvals.module.css";
import { Difference } from "./Difference";

const COLORS: Record<Approval["state"], string> = {
  waiting: "yellow",
  published: "teal",
  refused: "red",
  withdrawn: "gray",
  replaced: "gray",
};
const person = (caller: string | null): string => caller?.replace(/^(user|key):/, "") ?? "–";

export function Request({ approval }: { approval: Approval }) {
  const { t } = useTranslation();
  const word = useWord();
  const { requested_at, requested_by, comment, state, changes, changed_since } = approval;
  return (
    <article className={styles.request} aria-label={approval.ids.join(", ")}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div>
          <Text fw={600}>{approval.ids.join(", ")}</Text>
          <Text size="sm" c="dimmed" title={instant(requested_at)}>
            {t("approvals.asked", { who: person(requested_by), when: ago(requested_at) })}
          </Text>
        </div>
        <Badge color={COLORS[state]}>{t(`approvals.states.${state}`)}</Badge>
      </Group>
      {approval.inside !== "finish" && <Text size="sm">{t(`approvals.inside.${approval.inside}`)}</Text>}
      {comment && <blockquote className={styles.said}>{comment}</blockquote>}
      {changed_since.length > 0 && (
        <Alert color="orange" icon={<IconAlertTriangle size={18} />} title={t("approvals.changedSince")}>
          {changed_since.join(", ")}
        </Alert>
      )}
      {changes.map(({ subject, difference }) => {
        const [kind = "", id = ""] = subject.split("/");
        return (
          <details key={subject} className={styles.change} open={state === "waiting"}>
            <summary>
              {word("kinds", kind)} <span className="code">{id}</span>
            </summary>
            <Text size="sm" mb={6}>
              <Link href={addressOf(kind, id)} className={styles.link}>
                {t("reports.edit")}
              </Link>
            </Text>
            <Difference difference={difference} />
          </details>
        );
      })}
      {state === "waiting" ? <Deciding approval={approval} /> : <Decided approval={approval} />}
    </article>
  );
}

function Decided({ approval: { decided_by, decided_at, decision } }: { approval: Approval }) {
  const { t } = useTranslation();
  if (!decided_at) return null;
  return (
    <Text size="sm" c="dimmed">
      {t("approvals.decided", { who: person(decided_by), when: instant(decided_at) })}
      {decision && ` “${decision}”`}
    </Text>
  );
}

function Deciding({ approval }: { approval: Approval }) {
  const { t } = useTranslation();
  const { user } = useSignedIn();
  const mayApprove = useMay("approve");
  const [comment, setComment] = useState("");
  const decide = useDecide(approval);
  const isMine = [user.name, user.id, `user:${user.name}`].includes(approval.requested_by);
  const act = (decision: Decision): void => decide.mutate({ decision, comment });
  if (isMine)
    return (
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          {t("approvals.yours")}
        </Text>
        <Button variant="default" loading={decide.isPending} onClick={() => act("withdraw")}>
          {t("approvals.withdraw")}
        </Button>
      </Group>
    );
  if (!mayApprove)
    return (
      <Text size="sm" c="dimmed">
        {t("approvals.mayNot")}
      </Text>
    );
  return (
    <Stack gap="xs">
      <Textarea
        label={t("approvals.comment")}
        description={t("approvals.commentHint")}
        value={comment}
        onChange={(event) => setComment(event.currentTarget.value)}
        maxLength={2000}
      />
      <Group justify="flex-end">
        <Button
          variant="default"
          disabled={!comment.trim()}
          loading={decide.isPending}
          onClick={() => act("refuse")}
        >
          {t("approvals.refuse")}
        </Button>
        <Button
          disabled={approval.changed_since.length > 0}
          loading={decide.isPending}
          onClick={() => act("approve")}
        >
          {t("approvals.approve")}
        </Button>
      </Group>
    </Stack>
  );
}
