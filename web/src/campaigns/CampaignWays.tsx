/** Who takes in what an activity gives: any number may. */
import { Button, Group, MultiSelect, Stack } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useActs } from "../canvas/acts";
import type { Exit } from "../canvas/exits";
import { useScene } from "../canvas/scene";
import styles from "../canvas/SidePanel.module.css";
import { number } from "../i18n/format";
import { useWord } from "../i18n/words";
import type { Step } from "../model";
import { rowsOf, useBook } from "./book";
import { followersOf, takersOf } from "./offers";
import { outletsOf } from "./outlets";

export function CampaignWays({ step }: { step: Step }) {
  const { t } = useTranslation();
  const { types } = useScene();
  const exits = outletsOf(step, types.get(step.type));
  if (!exits.length) return null;
  return (
    <div data-paths>
      <h3 className={styles.section}>{t("campaign.gives")}</h3>
      <Stack gap={10}>
        {exits.map((exit) => (
          <Way key={exit.path} step={step} exit={exit} />
        ))}
      </Stack>
    </div>
  );
}

function Way({ step, exit }: { step: Step; exit: Exit }) {
  const { t } = useTranslation();
  const word = useWord();
  const { document, graph, types } = useScene();
  const book = useBook();
  const acts = useActs();
  const rows = rowsOf(book, exit.outcome);
  const followers = followersOf(document, types, exit.outcome);
  const data = takersOf(document, graph, types, step.id).map((one) => ({
    value: one.id,
    label: `${word("activities", one.type, types.get(one.type)?.title)} · ${one.id}`,
  }));
  const set = (next: string[]): void => {
    for (const id of next) if (!followers.includes(id)) acts.connect({ from: step.id, exit }, id);
    for (const id of followers) if (!next.includes(id)) acts.connect({ from: step.id, exit, to: id }, null);
  };
  return (
    <div>
      <MultiSelect
        label={exit.outcome}
        labelProps={{ className: "code" }}
        data={data}
        value={followers}
        placeholder={followers.length ? "" : t("campaign.nobodyTakes")}
        searchable
        nothingFoundMessage={t("forms.none")}
        onChange={set}
      />
      <Group gap={4} mt={4}>
        {rows !== null && (
          <Button
            size="compact-xs"
            variant="light"
            className="numbers"
            onClick={() => book.look(exit.outcome)}
          >
            {t("campaign.rows", { count: rows, value: number(rows) })}
          </Button>
        )}
        <Button
          size="compact-xs"
          variant="subtle"
          leftSection={<IconPlus size={12} />}
          onClick={() => acts.ask({ from: step.id, exit })}
        >
          {t("campaign.addTaker")}
        </Button>
      </Group>
    </div>
  );
}
