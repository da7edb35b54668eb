/** Navigation beside the page. */
import { Burger, Drawer, Group, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlugConnectedX } from "@tabler/icons-react";
import { useEffect, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { useConnection } from "../api/query";
import { at } from "../root";
import { Boundary } from "./Boundary";
import styles from "./Frame.module.css";
import { Navigation } from "./Navigation";

export function Frame({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const [path] = useLocation();
  const [isOpen, menu] = useDisclosure(false);
  const { close } = menu;
  useEffect(close, [path, close]);
  return (
    <div className={styles.frame}>
      <a className="skip" href="#main">
        {t("shell.skip")}
      </a>
      <div className={styles.side}>
        <Navigation />
      </div>
      <header className={styles.bar}>
        <Burger size="sm" opened={isOpen} onClick={menu.toggle} aria-label={t("shell.menu")} />
        <Group gap={8}>
          <img src={at("/mark.svg")} width={22} height={22} alt="" />
          <Text fw={650}>{t("product")}</Text>
        </Group>
      </header>
      <Drawer opened={isOpen} onClose={close} size={260} padding={0} withCloseButton={false} title={null}>
        <Navigation />
      </Drawer>
      <main id="main" className={styles.main} tabIndex={-1}>
        <LostConnection />
        <Boundary at={path}>{children}</Boundary>
      </main>
    </div>
  );
}

function LostConnection() {
  const { t } = useTranslation();
  const isLost = useConnection((state) => state.isLost);
  if (!isLost) return null;
  return (
    <div className={styles.lost} role="status">
      <IconPlugConnectedX size={16} aria-hidden />
      {t("shell.lost")}
    </div>
  );
}
