/** What is sent, to how many: the same to everybody or variants by share, and a control group that gets nothing. */
import {
  ActionIcon,
  Button,
  Group,
  NumberInput,
  SegmentedControl,
  Slider,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Schema } from "../api/types";
import { isMap, textOf, type Doc, type Json, type JsonMap } from "../model";
import { useVocabulary } from "../api/hooks";
import { SaidButton } from "../content/SaidButton";
import { useWord } from "../i18n/words";
import { Messages } from "./Messages";
import { messagesByChannel } from "./said";
import { evened } from "./shares";
import styles from "./triggered.module.css";

interface Props {
  root: Schema;
  document: Doc;
  put: (values: Record<string, Json | undefined>, place: string) => void;
}

export function MessageStep({ root, document, put }: Props) {
  const { t } = useTranslation();
  const variants = Array.isArray(document.variants) ? document.variants.filter(isMap) : [];
  const isTest = variants.length > 0;
  const become = (next: string): void => {
    if (next === "variants" && !isTest) {
      const messages = Array.isArray(document.messages) ? document.messages : [];
      put(
        {
          messages: undefined,
          variants: evened([
            { name: "a", messages },
            { name: "b", messages },
          ]),
        },
        "variants",
      );
    }
    if (next === "one" && isTest)
      put({ variants: undefined, messages: variants[0]?.messages ?? [] }, "variants");
  };
  return (
    <Stack gap="md">
      <SegmentedControl
        aria-label={t("triggered.split")}
        data={[
          { value: "one", label: t("triggered.sameForAll") },
          { value: "variants", label: t("triggered.variants") },
        ]}
        value={isTest ? "variants" : "one"}
        onChange={become}
      />
      {isTest ? (
        <Variants
          root={root}
          variants={variants}
          onChange={(next) => put(next.length ? { variants: next } : { variants: undefined }, "variants")}
        />
      ) : (
        <Messages
          root={root}
          path="messages"
          value={document.messages}
          onChange={(messages) => put({ messages }, "messages")}
        />
      )}
      <Said document={document} />
      <Control value={document.control} onChange={(control) => put({ control }, "control")} />
    </Stack>
  );
}

interface VariantsProps {
  root: Schema;
  variants: readonly JsonMap[];
  onChange: (variants: JsonMap[]) => void;
}

function Variants({ root, variants, onChange }: VariantsProps) {
  const { t } = useTranslation();
  const change = (index: number, next: JsonMap): void =>
    onChange(variants.map((one, i) => (i === index ? next : one)));
  const add = (): void => {
    const name = String.fromCharCode(97 + variants.length);
    onChange(evened([...variants, { name, messages: variants[0]?.messages ?? [] }]));
  };
  return (
    <div className={styles.happenings}>
      {variants.map((variant, index) => (
        <section
          key={index}
          className={styles.happening}
          aria-label={t("triggered.variant", { number: index + 1 })}
        >
          <Group gap={8} align="flex-end" wrap="nowrap" mb={10}>
            <TextInput
              style={{ flex: 1 }}
              label={t("fields.name")}
              value={typeof variant.name === "string" ? variant.name : ""}
              onChange={(event) => change(index, { ...variant, name: event.currentTarget.value })}
            />
            <NumberInput
              w={110}
              label={t("fields.share")}
              min={0}
              max={100}
              value={typeof variant.share === "number" ? variant.share : ""}
              onChange={(share) => typeof share === "number" && change(index, { ...variant, share })}
            />
            <ActionIcon
              size={30}
              aria-label={t("forms.remove", { number: index + 1 })}
              disabled={variants.length < 2}
              onClick={() => onChange(evened(variants.filter((_, i) => i !== index)))}
            >
              <IconTrash size={15} />
            </ActionIcon>
          </Group>
          <Messages
            root={root}
            path={`variants[${index}].messages`}
            value={variant.messages}
            onChange={(messages) => change(index, { ...variant, messages: messages ?? [] })}
          />
        </section>
      ))}
      <Group gap={8}>
        <Button variant="default" leftSection={<IconPlus size={14} />} onClick={add}>
          {t("triggered.addVariant")}
        </Button>
        <Button variant="subtle" onClick={() => onChange(evened([...variants]))}>
          {t("triggered.even")}
        </Button>
      </Group>
    </div>
  );
}

/** What is sent over each channel: to look at and to edit, variants side by side. */
function Said({ document }: { document: Doc }) {
  const { t } = useTranslation();
  const word = useWord();
  const channels = useVocabulary().data?.channels ?? [];
  const messages = messagesByChannel(document);
  if (!messages.length) return null;
  return (
    <Group gap={8} role="group" aria-label={t("content.seeOne")}>
      {messages.map(({ channel, message }) => {
        const type = channels.find(({ id }) => id === channel)?.type ?? channel;
        const title = `${textOf(document.title) || textOf(document.id)} · ${word("nodes", type)}`;
        return <SaidButton key={channel} message={message} channel={type} title={title} />;
      })}
    </Group>
  );
}

function Control({
  value,
  onChange,
}: {
  value: Json | undefined;
  onChange: (value: number | undefined) => void;
}) {
  const { t } = useTranslation();
  const percent = typeof value === "number" ? value : 0;
  return (
    <div>
      <Text fw={600} size="sm">
        {t("triggered.control")}
      </Text>
      <Text size="xs" c="dimmed" mb={4}>
        {t("triggered.controlText")}
      </Text>
      <Group gap={14} wrap="nowrap">
        <Slider
          style={{ flex: 1 }}
          min={0}
          max={50}
          label={(shown) => `${shown} %`}
          thumbLabel={t("triggered.control")}
          value={percent}
          onChange={(next) => onChange(next || undefined)}
        />
        <NumberInput
          w={90}
          aria-label={t("fields.control")}
          suffix=" %"
          min={0}
          max={100}
          value={percent}
          onChange={(next) => typeof next === "number" && onChange(next || undefined)}
        />
      </Group>
    </div>
  );
}
