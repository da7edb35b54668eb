/** The parts of the studio, and the kinds of document that each lists. */
import {
  IconAddressBook,
  IconBolt,
  IconBroadcast,
  IconDatabase,
  IconRoute,
  IconSitemap,
  IconTemplate,
  type Icon,
} from "@tabler/icons-react";
import type { Permission } from "../session/session";

export interface Section {
  id: string;
  kinds: string[];
  icon: Icon;
  /** Pages beside the list. */
  views?: View[];
}

export interface View {
  id: string;
  needs: Permission;
}

export const SECTIONS: Section[] = [
  { id: "journeys", kinds: ["journey"], icon: IconRoute },
  { id: "campaigns", kinds: ["campaign"], icon: IconSitemap },
  { id: "triggered", kinds: ["triggered"], icon: IconBolt },
  { id: "audiences", kinds: ["audience"], icon: IconAddressBook },
  { id: "content", kinds: ["template", "block"], icon: IconTemplate },
  {
    id: "data",
    kinds: ["entity", "event", "source", "action", "geofence"],
    icon: IconDatabase,
    views: [
      { id: "import", needs: "configure" },
      { id: "arrivals", needs: "configure" },
      { id: "undeclared", needs: "configure" },
      { id: "rejects", needs: "configure" },
    ],
  },
  {
    id: "channels",
    kinds: ["channel", "group", "policy", "workspace"],
    icon: IconBroadcast,
    views: [
      { id: "delivery", needs: "read" },
      { id: "failed", needs: "profiles" },
      { id: "written", needs: "profiles" },
      { id: "printed", needs: "profiles" },
      { id: "suppressions", needs: "profiles" },
    ],
  },
];

/** Kinds that run: they have versions, a lifecycle and counts. */
export const RUNNING = new Set(["journey", "campaign", "triggered"]);
/** Kinds that marketers build; the others are set up by who may configure. */
export const BUILT = new Set(["journey", "campaign", "triggered", "audience", "template", "block", "policy"]);

export const sectionOf = (kind: string): Section | undefined =>
  SECTIONS.find((section) => section.kinds.includes(kind));
export const addressOf = (kind: string, id: string): string => `/edit/${kind}/${encodeURIComponent(id)}`;
