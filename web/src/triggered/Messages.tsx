/** What is sent: a message for each channel, with its template. */
import { ActionIcon, Button, Group, Menu, Select, Text, Tooltip } from "@mantine/core";
import { IconChevronDown, IconExternalLink, IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { useCatalog, useVocabulary } from "../api/hooks";
import type { Schema } from "../api/types";
import { cardOf } from "../canvas/cards";
import { addressOf } from "../documents/sections";
import { Form } from "../forms/Form";
import { useSurroundings } from "../forms/surroundings";
import { useWord } from "../i18n/words";
import { isMap, textOf, type Json, type JsonMap } from "../model";
import styles from "./triggered.module.css";
import { told } from "../i18n/told";

interface Props {
  root: Schema;
  path: string;
  value: Json | undefined;
  onChange: (value: Json | undefined) => void;
}

interface Channel {
  id: string;
  type: string;
  label: string;
}

const DRAWN: ReadonlySet<string> = new Set(["channel", "template"]);

/** The channels that a message may name: the types, and the documents where there are several of a type. */
function useChannels(): Channel[] {
  const word = useWord();
  const types = useCatalog().data?.channels ?? [];
  const documents = useVocabulary().data?.channels ?? [];
  return [
    ...types.map(({ type, title }) => ({ id: type, type, label: word("values", type, title) })),
    ...documents
      .filter((one) => one.id !== one.type)
      .map((one) => ({
        id: one.id,
        type: one.type,
        label: `${one.title ?? one.id} (${word("values", one.type)})`,
      })),
  ];
}

export function Messages({ root, path, value, onChange }: Props) {
  const { t } = useTranslation();
  const channels = useChannels();
  const list = Array.isArray(value) ? value.filter(isMap) : [];
  const set = (next: JsonMap[]): void => onChange(next.length ? next : undefined);
  const used = new Set(list.map((one) => channels.find((each) => each.id === one.channel)?.type));
  return (
    <div className={styles.happenings}>
      {list.map((message, index) => (
        <Message
          key={index}
          root={root}
          path={`${path}[${index}]`}
          message={message}
          channels={channels}
          onChange={(next) =>
            set(next ? list.map((one, i) => (i === index ? next : one)) : list.filter((_, i) => i !== index))
          }
        />
      ))}
      <Menu position="bottom-start" width={240}>
        <Menu.Target>
          <Button
            variant={list.length ? "default" : "light"}
            leftSection={<IconPlus size={14} />}
            rightSection={<IconChevronDown size={14} />}
          >
            {t(list.length ? "triggered.addChannel" : "triggered.addMessage")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {channels
            .filter((channel) => channel.id === channel.type && !used.has(channel.type))
            .map((channel) => {
              const { icon: Picture } = cardOf(channel.type, "message");
              return (
                <Menu.Item
                  key={channel.id}
                  leftSection={<Picture size={15} />}
                  onClick={() => set([...list, { channel: channel.id, template: "" }])}
                >
                  {channel.label}
                </Menu.Item>
              );
            })}
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}

interface MessageProps {
  root: Schema;
  path: string;
  message: JsonMap;
  channels: readonly Channel[];
  onChange: (message: JsonMap | undefined) => void;
}

function Message({ root, path, message, channels, onChange }: MessageProps) {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const { problems } = useSurroundings();
  const templates = useVocabulary().data?.templates ?? [];
  const channel = channels.find((one) => one.id === message.channel);
  const { icon: Picture } = cardOf(channel?.type ?? "", "message");
  const fitting = templates.filter((one) => !channel || one.channel === channel.type);
  const chosen = textOf(message.template);
  const isKnown = fitting.some((one) => one.id === chosen);
  const errorAt = (name: string): string | null =>
    told(problems.find((problem) => problem.field === `${path}.${name}`)?.message ?? null);
  const schema = root.$defs?.TriggeredMessage;
  const ways = channels.filter((one) => one.type === channel?.type);
  return (
    <section className={styles.happening} aria-label={channel?.label ?? textOf(message.channel)}>
      <div className={styles.happeningHead}>
        <Group gap={8}>
          <Picture size={17} aria-hidden />
          <Text fw={600}>{channel?.label ?? textOf(message.channel)}</Text>
        </Group>
        <ActionIcon
          size={26}
          aria-label={t("forms.removeOf", { name: channel?.label ?? "" })}
          onClick={() => onChange(undefined)}
        >
          <IconTrash size={14} />
        </ActionIcon>
      </div>
      <Group gap={4} align="flex-end" wrap="nowrap" mb={8}>
        <Select
          style={{ flex: 1 }}
          label={t("fields.template")}
          error={errorAt("template")}
          data={[
            ...fitting.map((one) => ({ value: one.id, label: one.title ?? one.id })),
            ...(chosen && !isKnown ? [{ value: chosen, label: t("forms.unknown", { id: chosen }) }] : []),
          ]}
          value={chosen || null}
          searchable
          placeholder={t("forms.choose")}
          nothingFoundMessage={t("triggered.noTemplates")}
          onChange={(template) => onChange({ ...message, template: template ?? "" })}
        />
        {isKnown && (
          <Tooltip label={t("forms.open")}>
            <ActionIcon
              size={30}
              aria-label={t("forms.openOf", { name: chosen })}
              onClick={() => go(addressOf("template", chosen))}
            >
              <IconExternalLink size={15} />
            </ActionIcon>
          </Tooltip>
        )}
      </Group>
      {(ways.length > 1 || errorAt("channel")) && (
        <Select
          label={t("fields.channel")}
          error={errorAt("channel")}
          mb={8}
          data={ways.map((one) => ({ value: one.id, label: one.label }))}
          value={textOf(message.channel)}
          allowDeselect={false}
          onChange={(next) => next !== null && onChange({ ...message, channel: next })}
        />
      )}
      {schema && (
        <Form
          schema={schema}
          root={root}
          value={message}
          path={path}
          hidden={DRAWN}
          onChange={(next) => onChange(next)}
        />
      )}
    </section>
  );
}
