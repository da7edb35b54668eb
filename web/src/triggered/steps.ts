/** The steps in which marketers set up a triggered campaign, and the fields of each. */
import {
  IconBolt,
  IconCalendarTime,
  IconClockHour4,
  IconClockPause,
  IconFlag,
  IconHandStop,
  IconId,
  IconMail,
  IconRepeat,
  type Icon,
} from "@tabler/icons-react";

export interface FormStep {
  id: "trigger" | "delay" | "exceptions" | "duration" | "window" | "again" | "message" | "goals" | "name";
  icon: Icon;
  fields: readonly string[];
}

export const STEPS: readonly FormStep[] = [
  { id: "trigger", icon: IconBolt, fields: ["trigger", "audience"] },
  { id: "delay", icon: IconClockPause, fields: ["delay", "recheck_audience", "timezone"] },
  { id: "exceptions", icon: IconHandStop, fields: ["unless"] },
  { id: "duration", icon: IconCalendarTime, fields: ["during"] },
  { id: "window", icon: IconClockHour4, fields: ["window"] },
  { id: "again", icon: IconRepeat, fields: ["reeligible", "priority"] },
  { id: "message", icon: IconMail, fields: ["messages", "variants", "control"] },
  { id: "goals", icon: IconFlag, fields: ["conversions"] },
  { id: "name", icon: IconId, fields: ["title", "description", "labels"] },
];

/** The six that say when; what is sent and what counts as success come behind them. */
export const NUMBERED = 6;

/** The step that a place of the document belongs to; what belongs to none is at the name. */
export function stepAt(path: string): FormStep["id"] {
  const head = /^[a-z_]*/.exec(path)?.[0] ?? "";
  return STEPS.find((step) => step.fields.includes(head))?.id ?? (head === "" ? "message" : "name");
}
