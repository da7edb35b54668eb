/** What is known of a profile now: attributes, ids, addresses, consent, audiences. */
import { Badge, Button, Text, Title, Tooltip } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { useVocabulary } from "../api/hooks";
import type { Profile } from "../api/types";
import { addressOf } from "../documents/sections";
import { ago, instant } from "../i18n/format";
import { useWord, word } from "../i18n/words";
import { valueText } from "../i18n/values";
import type { Json } from "../model";
import styles from "./profiles.module.css";

const FEW = 12;

export function Facts({ profile }: { profile: Profile }) {
  return (
    <div className={styles.cards}>
      <Attributes profile={profile} />
      <Addresses profile={profile} />
      <Consent profile={profile} />
      <Audiences profile={profile} />
      <Identities profile={profile} />
    </div>
  );
}

export function Card({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={styles.card} aria-label={title}>
      <Title order={2}>{title}</Title>
      {children}
    </section>
  );
}

function Attributes({ profile: { attributes } }: { profile: Profile }) {
  const { t } = useTranslation();
  const [isWhole, setWhole] = useState(false);
  const titles = new Map(useVocabulary().data?.profile.map(({ name, title }) => [name, title ?? name]));
  const known = Object.entries(attributes) as [string, Json][];
  const filled = known.filter(([, value]) => value !== null);
  const empty = known.filter(([, value]) => value === null);
  const all = [...filled, ...empty];
  const shown = isWhole ? all : all.slice(0, FEW);
  return (
    <Card title={t("profiles.attributes")}>
      {!all.length && <Text c="dimmed">{t("profiles.noAttributes")}</Text>}
      <dl className={styles.facts}>
        {shown.map(([name, value]) => (
          <Fact key={name} name={titles.get(name) ?? name} value={value} />
        ))}
      </dl>
      {all.length > FEW && (
        <Button variant="subtle" size="compact-xs" mt={8} onClick={() => setWhole(!isWhole)}>
          {isWhole ? t("profiles.fewer") : t("profiles.allOf", { count: all.length })}
        </Button>
      )}
    </Card>
  );
}

export function Fact({ name, value }: { name: string; value: Json }) {
  return (
    <>
      <dt>{name}</dt>
      <dd data-empty={value === null || undefined}>{valueText(value)}</dd>
    </>
  );
}

function Addresses({ profile: { addresses } }: { profile: Profile }) {
  const { t } = useTranslation();
  const word = useWord();
  if (!addresses.length) return null;
  return (
    <Card title={t("profiles.addresses")}>
      {addresses.map(({ channel, address, suppressed }) => (
        <div key={channel} className={styles.row}>
          <div>
            {address}
            <div className={styles.quiet}>{word("nodes", channel)}</div>
          </div>
          {suppressed && (
            <Tooltip label={suppressedWords(suppressed)}>
              <Badge color="red" tabIndex={0}>
                {t("profiles.suppressed")}
              </Badge>
            </Tooltip>
          )}
        </div>
      ))}
    </Card>
  );
}

const suppressedWords = ({ reason, at }: { reason: string | null; at: string }): string =>
  [reason === null ? null : word("values", reason), instant(at)].filter((one) => one !== null).join(" · ");

/** What somebody said, and groups; channels of which nothing was said and nothing is known are left out. */
function Consent({ profile: { consent, addresses } }: { profile: Profile }) {
  const { t } = useTranslation();
  const word = useWord();
  const reached = new Set(addresses.map(({ channel }) => channel));
  const shown = consent.filter(
    ({ topic, channel, said }) => said || topic.startsWith("group:") || reached.has(channel),
  );
  if (!shown.length) return null;
  return (
    <Card title={t("profiles.consent")}>
      {shown.map(({ topic, channel, status, at, said }) => (
        <div key={topic} className={styles.row}>
          <div>
            {topic.startsWith("group:") ? topic.slice(6) : word("nodes", channel)}
            <div className={styles.quiet}>
              {said ? t("profiles.saidAt", { at: ago(at) }) : t("profiles.unsaid")}
            </div>
          </div>
          <Badge color={status === "unsubscribed" ? "red" : said ? "teal" : "gray"}>
            {word("values", status)}
          </Badge>
        </div>
      ))}
    </Card>
  );
}

function Audiences({ profile: { audiences } }: { profile: Profile }) {
  const { t } = useTranslation();
  const titles = new Map(useVocabulary().data?.audiences.map(({ id, title }) => [id, title ?? id]));
  return (
    <Card title={t("profiles.audiences")}>
      {!audiences.length && <Text c="dimmed">{t("profiles.noAudiences")}</Text>}
      {audiences.map((id) => (
        <div key={id} className={styles.row}>
          <Link href={addressOf("audience", id)} className={styles.link}>
            {titles.get(id) ?? id}
          </Link>
        </div>
      ))}
    </Card>
  );
}

function Identities({ profile: { id, identities } }: { profile: Profile }) {
  const { t } = useTranslation();
  return (
    <Card title={t("profiles.identities")}>
      {[{ id, since: null }, ...identities].map((one) => (
        <div key={one.id} className={styles.row}>
          <span className="code">{one.id}</span>
          <span className={styles.quiet}>
            {one.since === null ? t("profiles.present") : t("profiles.sinceAt", { at: instant(one.since) })}
          </span>
        </div>
      ))}
    </Card>
  );
}
