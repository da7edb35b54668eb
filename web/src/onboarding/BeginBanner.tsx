/** On the first page, for as long as something is left to do: where one stands, and the way on. */
import { Button, CloseButton, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { useMay } from "../session/session";
import styles from "./onboarding.module.css";
import { say, STEPS, useProgress } from "./progress";

export function BeginBanner() {
  const { t } = useTranslation();
  const progress = useProgress();
  const mayBuild = useMay("build");
  if (!mayBuild || !progress?.isOffered || progress.next === null || progress.done.run) return null;
  return (
    <section className={styles.banner} aria-label={t("begin.title")}>
      <div>
        <Text fw={600}>{t("begin.title")}</Text>
        <Text size="sm" c="dimmed">
          {t("begin.progress", { count: progress.count, of: STEPS.length })} ·{" "}
          {t(`begin.steps.${progress.next}.title`)}
        </Text>
      </div>
      <Group gap={6} wrap="nowrap">
        <Button component={Link} href="/begin">
          {t("begin.go")}
        </Button>
        <CloseButton aria-label={t("begin.dismiss")} onClick={() => say("dismissed")} />
      </Group>
    </section>
  );
}
