import { Avatar, Menu, Text, UnstyledButton, useMantineColorScheme, VisuallyHidden } from "@mantine/core";
import {
  IconCheck,
  IconLogout,
  IconMoon,
  IconSelector,
  IconSettings,
  IconSun,
  IconSunMoon,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { LANGUAGES, type Language } from "../i18n";
import { useWord } from "../i18n/words";
import { usePreferences, useSignedIn, useSignOut, type Theme } from "../session/session";
import styles from "./Navigation.module.css";

const THEMES = [
  ["auto", IconSunMoon],
  ["light", IconSun],
  ["dark", IconMoon],
] as const;

/** Who is signed in; his language and colours; the way out. */
export function UserMenu() {
  const { t, i18n } = useTranslation();
  const word = useWord();
  const { user } = useSignedIn();
  const { setColorScheme } = useMantineColorScheme();
  const [, go] = useLocation();
  const preferences = usePreferences();
  const signOut = useSignOut();
  const choose = (theme: Theme): void => {
    setColorScheme(theme);
    preferences.mutate({ theme });
  };
  const shown = user.display_name || user.name;
  return (
    <Menu position="top-start" width={220} offset={6}>
      <Menu.Target>
        <UnstyledButton className={styles.user}>
          <VisuallyHidden>{t("shell.account")}</VisuallyHidden>
          <Avatar size={28} radius="xl" name={shown} color="lagoon" alt="" aria-hidden />
          <span className={styles.who}>
            <Text size="sm" fw={550} truncate>
              {shown}
            </Text>
            <Text size="xs" c="dimmed" truncate>
              {word("roles", user.role)}
            </Text>
          </span>
          <IconSelector size={15} color="var(--quiet)" aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t("settings.theme")}</Menu.Label>
        {THEMES.map(([theme, Picture]) => (
          <Menu.Item
            key={theme}
            leftSection={<Picture size={15} />}
            rightSection={user.theme === theme && <IconCheck size={14} />}
            onClick={() => choose(theme)}
          >
            {t(`settings.themes.${theme}`)}
          </Menu.Item>
        ))}
        <Menu.Label>{t("settings.language")}</Menu.Label>
        {Object.entries(LANGUAGES).map(([language, name]) => (
          <Menu.Item
            key={language}
            lang={language}
            rightSection={i18n.language === language && <IconCheck size={14} />}
            onClick={() => preferences.mutate({ language: language as Language })}
          >
            {name}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconSettings size={15} />} onClick={() => go("/settings")}>
          {word("sections", "settings")}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={15} />} onClick={() => signOut.mutate()}>
          {t("session.signOut")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
