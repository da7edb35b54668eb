/** Lets an event happen for real, as if the shop had sent it: the engine takes it like any other. */
import { Alert, Button, Group, Modal, Select, Stack, Text, TextInput } from "@mantine/core";
import { IconBolt } from "@tabler/icons-react";
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { post } from "../api/client";
import { useVocabulary } from "../api/hooks";
import { asValue } from "../forms/comparison";
import { told } from "../i18n/told";
import { useAct } from "../onboarding/acting";
import type { WantedEvent } from "../api/types";
import { tell } from "../shell/toasts";
import { Loading } from "../shell/States";
import { word } from "../i18n/words";

interface Props {
  /** The event that is offered first. */
  event?: string;
  onClose: () => void;
}

const [ID, ADDRESS] = ["ann", "ann@example.com"];
const SHOWN = 12;

export function SendEventDialog({ event, onClose }: Props) {
  const { t } = useTranslation();
  const events = useVocabulary().data?.events;
  return (
    <Modal opened onClose={onClose} title={t("sending.title")}>
      {!events && <Loading height={160} />}
      {events?.length === 0 && <Text c="dimmed">{t("sending.noEvents")}</Text>}
      {events && events.length > 0 && <SendForm events={events} first={event} onClose={onClose} />}
    </Modal>
  );
}

type Known = NonNullable<ReturnType<typeof useVocabulary>["data"]>["events"];

function SendForm({
  events,
  first,
  onClose,
}: {
  events: Known;
  first?: string | undefined;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const [id, choose] = useState(events.some((one) => one.id === first) ? first : events[0]?.id);
  const [profile, setProfile] = useState("");
  const [email, setEmail] = useState("");
  const [values, setValues] = useState<Record<string, string>>({});
  const sending = useAct((wanted: WantedEvent) => post("/api/try/event", wanted));
  const event = events.find((one) => one.id === id);
  const submit = (submitted: SubmitEvent): void => {
    submitted.preventDefault();
    if (!event) return;
    const properties = Object.fromEntries(
      event.attributes
        .filter(({ name }) => values[name])
        .map(({ name, type }) => [name, asValue(values[name] ?? "", type)]),
    );
    const userId = profile.trim();
    sending.mutate(
      { event: event.id, profile: userId, email: email.trim(), properties },
      {
        onSuccess: () => {
          tell(t("sending.sent", { event: event.title ?? event.id, profile: userId }));
          onClose();
        },
      },
    );
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {t("sending.text")}
        </Text>
        <Select
          label={t("conditions.event")}
          data={events.map((one) => ({ value: one.id, label: one.title ?? one.id }))}
          value={id ?? null}
          searchable
          allowDeselect={false}
          onChange={(next) => choose(next ?? id)}
        />
        <TextInput
          label={t("sending.profile")}
          description={t("sending.profileHint")}
          placeholder={ID}
          value={profile}
          required
          data-autofocus
          onChange={(change) => setProfile(change.currentTarget.value)}
        />
        <TextInput
          label={t("sending.email")}
          description={t("sending.emailHint")}
          placeholder={ADDRESS}
          type="email"
          value={email}
          onChange={(change) => setEmail(change.currentTarget.value)}
        />
        {event?.attributes.slice(0, SHOWN).map(({ name, type }) => (
          <TextInput
            key={name}
            label={name}
            placeholder={word("values", type, type)}
            value={values[name] ?? ""}
            onChange={(change) => setValues({ ...values, [name]: change.currentTarget.value })}
          />
        ))}
        {sending.error && <Alert color="red">{told(sending.error.message)}</Alert>}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("actions.cancel")}
          </Button>
          <Button
            type="submit"
            leftSection={<IconBolt size={15} aria-hidden />}
            disabled={!profile.trim()}
            loading={sending.isPending}
          >
            {t("sending.do")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
