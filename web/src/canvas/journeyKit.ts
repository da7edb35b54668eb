/** What journeys bring to the canvas. */
import { IconUserPlus } from "@tabler/icons-react";
import i18next from "i18next";
import { lazy } from "react";
import { LinkCount, StartCount, StepCount } from "./JourneyCounts";
import { JourneyInspector } from "./JourneyInspector";
import { journeyNotation } from "./journeyNotation";
import { JourneyWays } from "./JourneyWays";
import type { Kit } from "./kit";
import { entryWords, exitWords } from "./summary";

const JourneyTest = lazy(() => import("../testing/JourneyTest"));

export const journeyKit: Kit = {
  ...journeyNotation,
  words: { names: "nodes", abouts: "abouts" },
  name: () => i18next.t("canvas.name"),
  start: {
    icon: IconUserPlus,
    title: () => i18next.t("canvas.entry"),
    words: (document) => entryWords(document.entry),
  },
  exitWords,
  Whole: JourneyInspector,
  Ways: JourneyWays,
  StepCount,
  LinkCount,
  StartCount,
  useColumns: () => null,
  panels: () => [{ id: "test", label: i18next.t("panel.test"), Content: JourneyTest }],
};
