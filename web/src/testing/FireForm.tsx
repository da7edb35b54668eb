/** Lets an event happen to a test profile: by a form of its properties, or as JSON. */
import { Button, SegmentedControl, Select, Stack, Textarea, TextInput } from "@mantine/core";
import { IconBolt } from "@tabler/icons-react";
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import type { Types } from "../canvas/graph";
import { useVocabulary } from "../api/hooks";
import { asValue } from "../forms/comparison";
import type { Doc } from "../model";
import { feedbackChoices } from "./feedback";
import { entryEvent, exampleItem, readItems } from "./items";
import styles from "./testing.module.css";
import { word } from "../i18n/words";

interface Props {
  document: Doc;
  types: Types;
  profile: string;
  isBusy: boolean;
  fire: (items: unknown[]) => void;
}

export function FireForm({ document, types, profile, isBusy, fire }: Props) {
  const { t } = useTranslation();
  const events = useVocabulary().data?.events ?? [];
  const entry = entryEvent(document);
  const [way, setWay] = useState(entry || document.kind === "journey" ? "event" : "json");
  const [chosen, setChosen] = useState<string | null>(null);
  const [properties, setProperties] = useState<Record<string, string>>({});
  const [feedback, setFeedback] = useState<string | null>(null);
  const [json, setJson] = useState(() =>
    JSON.stringify(
      exampleItem(document, profile, (id) => events.find((one) => one.id === id)?.incoming_name ?? id),
      null,
      2,
    ),
  );
  const event = events.find((one) => one.id === (chosen ?? (entry || events[0]?.id)));
  const reactions = feedbackChoices(document, types);
  const read = readItems(json);
  const submit = (submitted: SubmitEvent): void => {
    submitted.preventDefault();
    if (way === "json") fire(read ?? []);
    else if (way === "feedback") {
      const [of, kind] = (feedback ?? reactions[0]?.value ?? "").split("|");
      fire([{ type: "feedback", userId: profile, kind, of }]);
    } else if (event) {
      const set: Record<string, unknown> = {};
      for (const { name, type } of event.attributes)
        if (properties[name]) set[name] = asValue(properties[name], type);
      fire([
        {
          type: "track",
          userId: profile,
          event: event.incoming_name,
          properties: set,
        },
      ]);
    }
  };
  return (
    <form onSubmit={submit} className={styles.message}>
      <Stack gap={8} p={10}>
        <SegmentedControl
          aria-label={t("test.fireWay")}
          data={(["event", "feedback", "json"] as const).map((one) => ({
            value: one,
            label: t(`test.ways.${one}`),
          }))}
          value={way}
          onChange={setWay}
        />
        {way === "event" && (
          <>
            <Select
              label={t("conditions.event")}
              data={events.map((one) => ({ value: one.id, label: one.title ?? one.id }))}
              value={event?.id ?? null}
              searchable
              allowDeselect={false}
              onChange={setChosen}
            />
            {event?.attributes.slice(0, 10).map(({ name, type }) => (
              <TextInput
                key={name}
                label={name}
                placeholder={word("values", type, type)}
                value={properties[name] ?? ""}
                onChange={(change) => setProperties({ ...properties, [name]: change.currentTarget.value })}
              />
            ))}
          </>
        )}
        {way === "feedback" && (
          <Select
            label={t("conditions.feedback")}
            data={reactions}
            value={feedback ?? reactions[0]?.value ?? null}
            allowDeselect={false}
            nothingFoundMessage={t("forms.none")}
            onChange={setFeedback}
          />
        )}
        {way === "json" && (
          <Textarea
            aria-label={t("test.json")}
            value={json}
            maxRows={12}
            classNames={{ input: "code" }}
            error={read ? null : t("forms.noJson")}
            onChange={(change) => setJson(change.currentTarget.value)}
          />
        )}
        <Button
          type="submit"
          variant="light"
          color="violet"
          leftSection={<IconBolt size={14} />}
          loading={isBusy}
          disabled={way === "json" && !read}
        >
          {t("test.fire")}
        </Button>
      </Stack>
    </form>
  );
}
