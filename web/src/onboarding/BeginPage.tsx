/** Five steps from nothing to a journey that runs. */
import { Button, Group, Progress as Bar, Text, Title, UnstyledButton } from "@mantine/core";
import { IconCircleCheckFilled, IconChevronRight } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { number } from "../i18n/format";
import { Loading } from "../shell/States";
import { ChannelStep } from "./ChannelStep";
import { DataStep } from "./DataStep";
import { JourneyStep } from "./JourneyStep";
import styles from "./onboarding.module.css";
import { say, STEPS, useProgress, type Step } from "./progress";
import { RunStep } from "./RunStep";
import { ShopStep } from "./ShopStep";

export interface StepProps {
  /** To the step behind this one. */
  onNext: () => void;
}

const BODIES: Record<Step, (props: StepProps) => React.ReactNode> = {
  shop: ShopStep,
  data: DataStep,
  channel: ChannelStep,
  journey: JourneyStep,
  run: RunStep,
};

export default function BeginPage() {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const progress = useProgress();
  const [chosen, choose] = useState<Step | null>(null);
  useEffect(() => say("begun"), []);
  if (!progress) return <Loading height="60vh" />;
  const open = chosen ?? progress.next ?? "run";
  const { done, count } = progress;
  return (
    <div className={styles.page}>
      <Title order={1} fz={22}>
        {t("begin.title")}
      </Title>
      <p className={styles.about}>{t("begin.about")}</p>
      <Group gap="sm" mb="lg" wrap="nowrap">
        <Bar
          value={(count / STEPS.length) * 100}
          className={styles.bar}
          aria-label={t("begin.progress", { count, of: STEPS.length })}
        />
        <Text size="sm" c="dimmed" className="numbers">
          {t("begin.progress", { count, of: STEPS.length })}
        </Text>
      </Group>
      <ol className={styles.steps}>
        {STEPS.map((step, index) => {
          const Body = BODIES[step];
          const isOpen = step === open;
          const toNext = (): void => choose(STEPS[index + 1] ?? "run");
          return (
            <li key={step} className={styles.step} data-open={isOpen || undefined}>
              <h2 className={styles.head}>
                <UnstyledButton className={styles.opener} aria-expanded={isOpen} onClick={() => choose(step)}>
                  {done[step] ? (
                    <IconCircleCheckFilled size={24} className={styles.check} aria-label={t("begin.done")} />
                  ) : (
                    <span className={styles.number} aria-hidden>
                      {number(index + 1)}
                    </span>
                  )}
                  <span>{t(`begin.steps.${step}.title`)}</span>
                  {!isOpen && <IconChevronRight size={16} className={styles.chevron} aria-hidden />}
                </UnstyledButton>
              </h2>
              {isOpen && (
                <div className={styles.body}>
                  <Text c="dimmed" mb="sm">
                    {t(`begin.steps.${step}.text`)}
                  </Text>
                  <Body onNext={toNext} />
                </div>
              )}
            </li>
          );
        })}
      </ol>
      <Group justify="flex-end" mt="lg">
        <Button
          variant="subtle"
          color="gray"
          onClick={() => {
            say("dismissed");
            go("/");
          }}
        >
          {t("begin.dismiss")}
        </Button>
      </Group>
    </div>
  );
}
