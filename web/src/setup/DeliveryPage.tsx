/** How channels do, and the providers that exist: each may become a channel. */
import { Badge, Button, Group, Progress, Text, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { IconPlayerPause, IconPlayerPlay, IconPlus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { get, post } from "../api/client";
import { useCatalog } from "../api/hooks";
import type { ChannelState, ChannelStates } from "../api/types";
import { freeId } from "../documents/ids";
import { useTaken } from "../documents/NewDialog";
import { addressOf } from "../documents/sections";
import { useCreate } from "../documents/writing";
import { instant, number } from "../i18n/format";
import { told } from "../i18n/told";
import { useWord } from "../i18n/words";
import { Said } from "../profiles/Said";
import { useMay } from "../session/session";
import { Copied } from "../shell/Copied";
import { Empty, Failed, Loading } from "../shell/States";
import styles from "./setup.module.css";

const KEY = ["channels"];

export function DeliveryPage() {
  const { t } = useTranslation();
  const channels = useQuery({
    queryKey: KEY,
    queryFn: () => get<ChannelStates>("/api/channels"),
    refetchInterval: 3000,
  });
  if (channels.error && !channels.data) return <Failed error={channels.error} />;
  if (!channels.data) return <Loading />;
  const states = Object.entries(channels.data);
  return (
    <>
      <Title order={2} fz="md" mb={8}>
        {t("delivery.channels")}
      </Title>
      {!states.length && <Empty icon={IconPlus} title={t("delivery.none")} text={t("delivery.noneText")} />}
      <div className={styles.cards}>
        {states.map(([id, state]) => (
          <ChannelCard key={id} id={id} state={state} />
        ))}
      </div>
      <Providers />
    </>
  );
}

function ChannelCard({ id, state }: { id: string; state: ChannelState }) {
  const { t } = useTranslation();
  const word = useWord();
  const { type, paused, paused_since, trouble, resting_s, providers } = state;
  return (
    <section className={styles.card} aria-label={id}>
      <div className={styles.row}>
        <Link href={addressOf("channel", id)} style={{ color: "inherit", fontWeight: 600 }}>
          {id}
        </Link>
        <Health paused={paused} trouble={trouble} />
      </div>
      <Text size="xs" c="dimmed">
        {word("nodes", type)}
        {paused && ` · ${t("delivery.pausedSince", { at: instant(paused_since) })}`}
        {resting_s > 0 && ` · ${t("delivery.rests", { seconds: number(Math.ceil(resting_s)) })}`}
      </Text>
      {trouble && <Text size="sm">{told(trouble)}</Text>}
      {providers.map((one) => (
        <Provider key={one.name} state={one} isOnly={providers.length === 1} />
      ))}
      {state.mailboxes.map((look) => (
        <Text key={look.at} size="xs" c={look.trouble ? "red" : "dimmed"}>
          {look.trouble
            ? t("delivery.mailboxTrouble", { at: instant(look.at), why: told(look.trouble) })
            : t("delivery.mailbox", { at: instant(look.at), count: look.mails["mails"] ?? 0 })}
        </Text>
      ))}
      {state.callback && <Callback address={state.callback} />}
      <PauseButton id={id} paused={paused} />
    </section>
  );
}

function Provider({ state, isOnly }: { state: ChannelState["providers"][number]; isOnly: boolean }) {
  const { t } = useTranslation();
  const { name, trouble, down, volume_today: volume, taken_today: taken } = state;
  if (isOnly && volume === null) return null;
  return (
    <div>
      {!isOnly && (
        <div className={styles.row}>
          <Text size="sm">{name}</Text>
          <Health paused={false} trouble={trouble} />
        </div>
      )}
      {down && (
        <Text size="xs" c="dimmed">
          {t("delivery.down")}
        </Text>
      )}
      {volume !== null && (
        <>
          <Progress
            value={volume ? (100 * (taken ?? 0)) / volume : 100}
            aria-label={t("delivery.warmUpOf", { name })}
          />
          <Text size="xs" c="dimmed" className="numbers">
            {t("delivery.warmUp", { taken: number(taken ?? 0), volume: number(volume) })}
          </Text>
        </>
      )}
    </div>
  );
}

function Callback({ address }: { address: string }) {
  const { t } = useTranslation();
  return (
    <div>
      <Text size="xs" c="dimmed">
        {t("delivery.callback")}
      </Text>
      <Copied name={t("delivery.callback")} text={address} />
    </div>
  );
}

function Health({ paused, trouble }: { paused: boolean; trouble: string | null }) {
  const { t } = useTranslation();
  if (paused) return <Badge color="yellow">{t("delivery.paused")}</Badge>;
  return trouble ? (
    <Badge color="red">{t("delivery.trouble")}</Badge>
  ) : (
    <Badge color="teal">{t("delivery.well")}</Badge>
  );
}

function PauseButton({ id, paused }: { id: string; paused: boolean }) {
  const { t } = useTranslation();
  const mayPublish = useMay("publish");
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: () => post(`/api/channels/${encodeURIComponent(id)}/${paused ? "resume" : "pause"}`),
    onSettled: () => client.invalidateQueries({ queryKey: KEY }),
  });
  if (!mayPublish) return null;
  return (
    <Button
      variant="default"
      size="compact-xs"
      style={{ alignSelf: "flex-start" }}
      loading={change.isPending}
      leftSection={paused ? <IconPlayerPlay size={13} /> : <IconPlayerPause size={13} />}
      aria-label={paused ? t("delivery.resumeOf", { id }) : t("delivery.pauseOf", { id })}
      onClick={() => change.mutate()}
    >
      {paused ? t("delivery.resume") : t("delivery.pause")}
    </Button>
  );
}

function Providers() {
  const { t } = useTranslation();
  const word = useWord();
  const [, go] = useLocation();
  const catalog = useCatalog().data;
  const taken = useTaken("channel");
  const creation = useCreate();
  const mayConfigure = useMay("configure");
  const make = (type: string, provider: string): void => {
    const id = freeId(type.replaceAll("_", "-"), taken);
    creation.mutate(
      { kind: "channel", id, type, provider },
      { onSuccess: () => go(addressOf("channel", id)) },
    );
  };
  return (
    <>
      <Title order={2} fz="md" mt="xl" mb={2}>
        {t("delivery.providers")}
      </Title>
      <Text size="sm" c="dimmed" mb={10}>
        {t("delivery.providersText")}
      </Text>
      <div className={styles.cards}>
        {catalog?.channels.map((channel) => (
          <section key={channel.type} className={styles.card} aria-label={word("nodes", channel.type)}>
            <Title order={3} fz="sm">
              {word("nodes", channel.type)}
            </Title>
            {channel.providers.map(({ name, summary }) => (
              <Group key={name} justify="space-between" wrap="nowrap" align="flex-start" gap={8}>
                <div>
                  <Text size="sm" className="code" fw={550}>
                    {name}
                  </Text>
                  <Text size="xs" c="dimmed">
                    <Said text={summary} />
                  </Text>
                </div>
                {mayConfigure && (
                  <Button
                    variant="default"
                    size="compact-xs"
                    style={{ flex: "none" }}
                    aria-label={t("delivery.useOf", { provider: name, channel: word("nodes", channel.type) })}
                    onClick={() => make(channel.type, name)}
                  >
                    {t("delivery.use")}
                  </Button>
                )}
              </Group>
            ))}
          </section>
        ))}
      </div>
    </>
  );
}
