/** A journey to begin with. */
import { Button, Group, Radio, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import i18next from "i18next";
import { useDrafts } from "../api/hooks";
import { useAct, write } from "./acting";
import type { StepProps } from "./BeginPage";
import styles from "./onboarding.module.css";
import { RECIPES, type Recipe } from "./recipes";

// Liquid has the braces of i18next: they stay as they are.
const words = (key: string): string =>
  (i18next.t as (key: string, options: object) => string)(`begin.recipes.${key}`, {
    skipInterpolation: true,
  });

export function JourneyStep({ onNext }: StepProps) {
  const { t } = useTranslation();
  const drafts = useDrafts().data ?? [];
  const made = RECIPES.find((recipe) => drafts.some((one) => one.id === recipe.journey));
  const [chosen, choose] = useState<Recipe["id"]>(made?.id ?? "welcome");
  const making = useAct((recipe: Recipe) => write(recipe.build(words), true));
  const recipe = RECIPES.find((one) => one.id === chosen);
  return (
    <Stack>
      <Radio.Group
        value={chosen}
        onChange={(value) => choose(value)}
        aria-label={t("begin.steps.journey.title")}
      >
        <div className={styles.recipes}>
          {RECIPES.map(({ id }) => (
            <Radio.Card key={id} value={id} className={styles.recipe} aria-label={words(`${id}.title`)}>
              <Group gap={10} wrap="nowrap" align="flex-start">
                <Radio.Indicator />
                <div>
                  <Text fw={600}>{words(`${id}.title`)}</Text>
                  <Text size="sm" c="dimmed">
                    {words(`${id}.about`)}
                  </Text>
                </div>
              </Group>
            </Radio.Card>
          ))}
        </div>
      </Radio.Group>
      <Group justify="flex-end">
        <Button
          size="sm"
          loading={making.isPending}
          onClick={() => recipe && making.mutate(recipe, { onSuccess: onNext })}
        >
          {t("begin.make")}
        </Button>
      </Group>
    </Stack>
  );
}
