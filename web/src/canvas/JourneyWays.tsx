import { Select, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useWord } from "../i18n/words";
import type { Step } from "../model";
import { useActs } from "./acts";
import { exitsOf } from "./exits";
import { reaches } from "./graph";
import { useScene } from "./scene";
import styles from "./SidePanel.module.css";
import { exitWords } from "./summary";

/** Where each way out leads: the same that is drawn, for the keyboard and for readers of screens. */
export function JourneyWays({ step }: { step: Step }) {
  const { t } = useTranslation();
  const word = useWord();
  const { types, steps, graph } = useScene();
  const acts = useActs();
  const exits = exitsOf(step, types.get(step.type));
  if (!exits.length) return null;
  const targets = steps
    .filter((one) => one.id !== step.id && !reaches(graph, one.id, step.id))
    .map((one) => ({
      value: one.id,
      label: `${word("nodes", one.type, types.get(one.type)?.title)} · ${one.id}`,
    }));
  return (
    <div data-paths>
      <h3 className={styles.section}>{t("canvas.pathsTitle")}</h3>
      <Stack gap={8}>
        {exits.map((exit) => (
          <Select
            key={exit.path}
            label={exitWords(exit, step, exits.length) ?? t("canvas.then")}
            data={targets}
            value={exit.target}
            placeholder={t("canvas.pathEnds")}
            searchable
            clearable
            nothingFoundMessage={t("forms.none")}
            onChange={(target) => acts.connect({ from: step.id, exit }, target)}
          />
        ))}
      </Stack>
    </div>
  );
}
