/** The page before the studio: a card with the name of the workspace. */
import { Group, Paper, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { at } from "../root";
import { LanguageSwitch } from "../shell/LanguageSwitch";
import styles from "./Doorway.module.css";

interface Props {
  workspace: string;
  title: string;
  text: string;
  children: ReactNode;
}

export function Doorway({ workspace, title, text, children }: Props) {
  const { t } = useTranslation();
  return (
    <div className={styles.page}>
      <aside className={styles.side} aria-hidden>
        <svg viewBox="0 0 400 640" preserveAspectRatio="xMidYMid slice" className={styles.drawing}>
          <path d="M70 600 C70 480 210 500 210 400 S90 300 150 220 330 180 320 60" />
          <path d="M210 400 C210 330 330 350 330 270" opacity=".45" />
          <path d="M150 220 C90 160 60 150 60 90" opacity=".45" />
          {[
            [70, 600],
            [210, 400],
            [150, 220],
            [320, 60],
            [330, 270],
            [60, 90],
          ].map(([x, y], i) => (
            <circle
              key={i}
              cx={x}
              cy={y}
              r={i === 3 ? 11 : 8}
              className={i === 3 ? styles.goal : styles.stop}
            />
          ))}
        </svg>
        <Text className={styles.motto}>{t("session.motto")}</Text>
      </aside>
      <main className={styles.main}>
        <Paper className={styles.card}>
          <Group gap={10} mb={28}>
            <img src={at("/mark.svg")} width={30} height={30} alt="" />
            <div>
              <Text fw={650} fz="lg" lh={1.1}>
                {t("product")}
              </Text>
              <Text c="dimmed" size="sm">
                {workspace}
              </Text>
            </div>
          </Group>
          <Title order={1} fz={22} mb={4}>
            {title}
          </Title>
          <Text c="dimmed" mb={20}>
            {text}
          </Text>
          {children}
        </Paper>
        <div className={styles.language}>
          <LanguageSwitch />
        </div>
      </main>
    </div>
  );
}
