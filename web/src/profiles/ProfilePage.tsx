/** One profile: what is known of it, what happened to it, and why. */
import { Anchor, Avatar, Tabs, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconArrowLeft, IconHelpHexagon, IconTimeline, IconUserQuestion } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "wouter";
import { ApiError, get } from "../api/client";
import type { Profile } from "../api/types";
import { instant } from "../i18n/format";
import list from "../documents/List.module.css";
import { Empty, Failed, Loading } from "../shell/States";
import { PROFILES, profilePath } from "./addresses";
import { Facts } from "./Facts";
import styles from "./profiles.module.css";
import { RightsMenu } from "./RightsMenu";
import { Timeline } from "./Timeline";
import { Why } from "./Why";

export function ProfilePage({ id }: { id: string }) {
  const { t } = useTranslation();
  const [wish] = useSearchParams();
  const [tab, setTab] = useState<string | null>(wish.has("why") ? "why" : "life");
  const profile = useQuery({
    queryKey: ["profile", id],
    queryFn: () => get<Profile>(profilePath(id)),
    refetchInterval: 10_000,
  });
  return (
    <div className={list.page}>
      <Anchor component={Link} href={PROFILES} size="sm" c="dimmed" display="inline-flex" mb="sm">
        <IconArrowLeft size={15} style={{ marginInlineEnd: 4, alignSelf: "center" }} aria-hidden />
        {t("profiles.all")}
      </Anchor>
      {profile.isPending && <Loading height="40vh" />}
      {!profile.data && profile.error && <Missing id={id} error={profile.error} retry={profile.refetch} />}
      {profile.data && (
        <>
          <Head profile={profile.data} />
          <div className={styles.desk}>
            <Facts profile={profile.data} />
            <Tabs value={tab} onChange={setTab} keepMounted={false}>
              <Tabs.List mb="md">
                <Tabs.Tab value="life" leftSection={<IconTimeline size={15} />}>
                  {t("profiles.timeline")}
                </Tabs.Tab>
                <Tabs.Tab value="why" leftSection={<IconHelpHexagon size={15} />}>
                  {t("profiles.why")}
                </Tabs.Tab>
              </Tabs.List>
              <Tabs.Panel value="life">
                <Timeline id={id} />
              </Tabs.Panel>
              <Tabs.Panel value="why">
                <Why id={id} document={wish.get("why") || null} />
              </Tabs.Panel>
            </Tabs>
          </div>
        </>
      )}
    </div>
  );
}

function Head({ profile }: { profile: Profile }) {
  const { t } = useTranslation();
  const name = nameOf(profile);
  return (
    <header className={styles.head}>
      <Avatar name={name} color="initials" radius="xl" size={46} aria-hidden />
      <div className={styles.who}>
        <Title order={1} fz={22}>
          {name}
        </Title>
        <Text size="sm" c="dimmed">
          {name !== profile.id && <span className="code">{profile.id} · </span>}
          {t("profiles.sinceAt", { at: instant(profile.created_at) })}
        </Text>
      </div>
      <div style={{ marginInlineStart: "auto" }}>
        <RightsMenu id={profile.id} />
      </div>
    </header>
  );
}

/** What people call somebody, where an attribute says it. */
export function nameOf({ id, attributes }: Pick<Profile, "id" | "attributes">): string {
  const text = (name: string): string => {
    const value = attributes[name];
    return typeof value === "string" ? value.trim() : "";
  };
  const parts = [text("first_name"), text("last_name")].filter(Boolean);
  return text("name") || text("full_name") || parts.join(" ") || id;
}

function Missing({ id, error, retry }: { id: string; error: unknown; retry: () => unknown }) {
  const { t } = useTranslation();
  if (error instanceof ApiError && error.status === 404)
    return (
      <Empty icon={IconUserQuestion} title={t("profiles.nobody", { id })} text={t("profiles.nobodyText")} />
    );
  return <Failed error={error} retry={() => void retry()} />;
}
