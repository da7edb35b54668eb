/** What campaigns bring to the canvas. */
import { IconCalendarEvent } from "@tabler/icons-react";
import i18next from "i18next";
import { lazy } from "react";
import { useVocabulary } from "../api/hooks";
import type { Kit } from "../canvas/kit";
import { exitWords } from "../canvas/summary";
import { textOf, type Step } from "../model";
import { useBook } from "./book";
import { LinkCount, StartCount, StepCount } from "./Counts";
import { CampaignInspector } from "./CampaignInspector";
import { CampaignWays } from "./CampaignWays";
import { Intake } from "./Intake";
import { campaignNotation } from "./notation";
import { scheduleWords } from "./scheduleWords";

const RunsPanel = lazy(() => import("./RunsPanel"));

export const campaignKit: Kit = {
  ...campaignNotation,
  words: { names: "activities", abouts: "activityAbouts" },
  name: () => i18next.t("campaign.name"),
  start: {
    icon: IconCalendarEvent,
    title: () => i18next.t("campaign.start"),
    words: (document) => scheduleWords(document.schedule, document.timezone),
  },
  exitWords,
  Whole: CampaignInspector,
  Ways: CampaignWays,
  Head: Intake,
  StepCount,
  LinkCount,
  StartCount,
  useColumns,
  panels: () => [{ id: "runs", label: i18next.t("campaign.runs.tab"), Content: RunsPanel }],
};

const COUNTED: Readonly<Record<string, string>> = { count: "integer" };

/** What an activity tests: the columns of the rows that it takes in, or of its entity; of a test how many they are. */
function useColumns(step: Step): Readonly<Record<string, string>> | null {
  const { counting } = useBook();
  const vocabulary = useVocabulary().data;
  const first = Array.isArray(step.of) ? step.of[0] : step.of;
  const known = counting.byTransition.get(textOf(first))?.columns;
  if (step.type === "test") return COUNTED;
  if (known) return known;
  const id = textOf(step.entity);
  if (id === "profile")
    return Object.fromEntries((vocabulary?.profile ?? []).map((one) => [one.name, one.type]));
  const entity = vocabulary?.entities.find((one) => one.id === id);
  return Object.fromEntries((entity?.attributes ?? []).map((one) => [one.name, one.type]));
}
