/** The workspace one is in, and the way to the others of this server that one has signed in to. */
import { Menu, Text, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { IconCheck, IconSelector } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useSession } from "../session/session";
import styles from "./Navigation.module.css";

export function WorkspaceSwitch({ name }: { name: string }) {
  const { t } = useTranslation();
  const session = useSession();
  const known = session.data?.workspaces ?? [];
  const label = (
    <Text size="xs" c="dimmed" truncate title={name}>
      {name}
    </Text>
  );
  if (known.length < 2) return label;
  // Whoever signed in elsewhere meanwhile is told when the list opens.
  const look = (): void => void session.refetch();
  return (
    <Menu position="bottom-start" width={220} offset={4} onOpen={look}>
      <Menu.Target>
        <UnstyledButton className={styles.workspace}>
          <VisuallyHidden>{t("shell.workspace")}</VisuallyHidden>
          {label}
          <IconSelector size={13} color="var(--quiet)" aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t("shell.workspaces")}</Menu.Label>
        {known.map(({ title, address, here, signed_in: isSignedIn }) => (
          <Menu.Item
            key={address}
            component="a"
            href={address}
            aria-current={here ? "page" : undefined}
            rightSection={here && <IconCheck size={14} aria-hidden />}
          >
            <Text size="sm" truncate title={title}>
              {title}
            </Text>
            {!isSignedIn && (
              <Text size="xs" c="dimmed">
                {t("shell.signedOut")}
              </Text>
            )}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
