/** One's own settings; accounts and keys for who may have them. */
import { Tabs, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { useMay, type Permission } from "../session/session";
import { useWord } from "../i18n/words";
import { GuideLink } from "../shell/GuideLink";
import { OF_PART } from "../shell/guides";
import { Keys } from "./Keys";
import { Mine } from "./Mine";
import { Record } from "./Record";
import { Retention } from "./Retention";
import { Secrets } from "./Secrets";
import styles from "./Settings.module.css";
import { Trash } from "./Trash";
import { Users } from "./Users";

const PARTS = [
  { id: "me", needs: "read", page: Mine },
  { id: "users", needs: "accounts", page: Users },
  { id: "keys", needs: "keys", page: Keys },
  { id: "secrets", needs: "configure", page: Secrets },
  { id: "retention", needs: "read", page: Retention },
  { id: "record", needs: "audit", page: Record },
  { id: "trash", needs: "read", page: Trash },
] as const satisfies readonly { id: string; needs: Permission; page: () => React.ReactNode }[];

export default function Settings() {
  const { t } = useTranslation();
  const word = useWord();
  const [path, go] = useLocation();
  const may: Partial<{ [name in Permission]: boolean }> = {
    read: true,
    accounts: useMay("accounts"),
    configure: useMay("configure"),
    keys: useMay("keys"),
    audit: useMay("audit"),
  };
  const shown = PARTS.filter((part) => may[part.needs]);
  const here = shown.find((part) => path === `/settings/${part.id}`)?.id ?? "me";
  return (
    <div className={styles.page}>
      <Title order={1} fz={22} mb="md">
        {word("sections", "settings")}
      </Title>
      <Tabs
        value={here}
        onChange={(next) => go(next === "me" ? "/settings" : `/settings/${next ?? ""}`)}
        keepMounted={false}
      >
        <Tabs.List mb="lg">
          {shown.map((part) => (
            <Tabs.Tab key={part.id} value={part.id}>
              {t(`settings.parts.${part.id}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {shown.map(({ id, page: Page }) => (
          <Tabs.Panel key={id} value={id}>
            {OF_PART[id] && (
              <div className={styles.guide}>
                <GuideLink page={OF_PART[id]} />
              </div>
            )}
            <Page />
          </Tabs.Panel>
        ))}
      </Tabs>
    </div>
  );
}
