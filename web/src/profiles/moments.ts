/** How things that happened are told: a picture, a colour, a sentence; and which may be shown apart. */
import {
  IconBan,
  IconBolt,
  IconClick,
  IconDoorEnter,
  IconDoorExit,
  IconFlag,
  IconMailForward,
  IconRoute,
  type Icon,
} from "@tabler/icons-react";
import i18next from "i18next";
import type { Happened } from "../api/types";
import { word } from "../i18n/words";

export type Kind = Happened["kind"];

export const GROUPS: { id: "events" | "messages" | "steps"; kinds: Kind[] }[] = [
  { id: "events", kinds: ["event", "conversion"] },
  { id: "messages", kinds: ["message", "feedback", "discard"] },
  { id: "steps", kinds: ["entered", "step", "left"] },
];

export const LOOKS: Record<Kind, { icon: Icon; color: string }> = {
  event: { icon: IconBolt, color: "blue" },
  entered: { icon: IconDoorEnter, color: "teal" },
  step: { icon: IconRoute, color: "gray" },
  message: { icon: IconMailForward, color: "lagoon" },
  feedback: { icon: IconClick, color: "violet" },
  discard: { icon: IconBan, color: "red" },
  conversion: { icon: IconFlag, color: "green" },
  left: { icon: IconDoorExit, color: "gray" },
};

/** What happened, in one sentence. */
export function momentText({ kind, name, channel, detail }: Happened): string {
  const t = i18next.t;
  const via = channel === null ? "" : word("nodes", channel);
  switch (kind) {
    case "event":
      return name ?? "";
    case "entered":
      return t("moments.entered");
    case "step":
      return t("moments.step", { outcome: word("outcomes", name ?? "", name ?? "") });
    case "message":
      return detail
        ? t("moments.messageTo", { channel: via, to: detail })
        : t("moments.message", { channel: via });
    case "feedback":
      return t("moments.feedback", { what: word("values", name ?? "") });
    case "discard":
      return channel === null
        ? t("moments.refused", { why: word("reasons", name ?? "") })
        : t("moments.discarded", { channel: via, why: word("reasons", name ?? "") });
    case "conversion":
      return t("moments.conversion");
    case "left":
      return t("moments.left", { how: word("states", name ?? "", word("reasons", name ?? "")) });
  }
}

/** What is said besides: the link of a click, the key of a passage, what a refusal names. */
export const momentDetail = ({ kind, detail }: Happened): string | null =>
  kind === "message" ? null : detail || null;
