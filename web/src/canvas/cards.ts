/** How step types look. A type without a card of its own looks like its category: none has to be entered here. */
import {
  IconAddressBook,
  IconAppWindow,
  IconArrowsJoin2,
  IconArrowsLeftRight,
  IconArrowsSplit2,
  IconBell,
  IconBellRinging,
  IconBolt,
  IconBrandWhatsapp,
  IconBroadcast,
  IconClock,
  IconCards,
  IconColumnInsertRight,
  IconCopyOff,
  IconDatabaseSearch,
  IconDeviceMobileMessage,
  IconDoorExit,
  IconFileSpreadsheet,
  IconFilter,
  IconFilterPlus,
  IconFlagCheck,
  IconGauge,
  IconGitBranch,
  IconGitMerge,
  IconHandClick,
  IconMail,
  IconMailbox,
  IconPencil,
  IconPlugConnected,
  IconPuzzle,
  IconSend,
  IconTransform,
  IconTrophy,
  IconUserEdit,
  IconUsersGroup,
  IconWebhook,
  type Icon,
} from "@tabler/icons-react";

export interface Card {
  icon: Icon;
  /** Optional fields that its form shows from the beginning. */
  primary: readonly string[];
}

const MESSAGE = ["template"];
const CARDS: Partial<Record<string, Partial<Card>>> = {
  email: { icon: IconMail, primary: MESSAGE },
  sms: { icon: IconDeviceMobileMessage, primary: MESSAGE },
  push: { icon: IconBell, primary: MESSAGE },
  in_app: { icon: IconAppWindow, primary: MESSAGE },
  content_card: { icon: IconCards, primary: MESSAGE },
  whatsapp: { icon: IconBrandWhatsapp, primary: MESSAGE },
  webhook: { icon: IconWebhook, primary: MESSAGE },
  direct_mail: { icon: IconMailbox, primary: MESSAGE },
  wait: { icon: IconClock, primary: ["for"] },
  condition: { icon: IconGitBranch },
  split: { icon: IconArrowsSplit2 },
  cap: { icon: IconGauge },
  event: { icon: IconBolt, primary: ["timeout"] },
  reaction: { icon: IconHandClick, primary: ["timeout"] },
  race: { icon: IconTrophy, primary: ["within"] },
  action: { icon: IconPlugConnected },
  lookup: { icon: IconDatabaseSearch },
  update_profile: { icon: IconUserEdit },
  emit: { icon: IconFlagCheck },
  query: { icon: IconFilter, primary: ["where"] },
  incremental: { icon: IconFilterPlus, primary: ["where"] },
  read_audience: { icon: IconUsersGroup },
  load_file: { icon: IconFileSpreadsheet },
  combine: { icon: IconArrowsJoin2 },
  deduplicate: { icon: IconCopyOff, primary: ["by", "order_by"] },
  enrich: { icon: IconColumnInsertRight },
  change_dimension: { icon: IconTransform },
  reconcile: { icon: IconArrowsLeftRight },
  save_audience: { icon: IconAddressBook },
  join: { icon: IconGitMerge },
  test: { icon: IconGitBranch },
  alert: { icon: IconBellRinging },
  signal: { icon: IconBroadcast },
  jump: { icon: IconDoorExit },
  end: { icon: IconFlagCheck },
};

const CATEGORIES: Partial<Record<string, Icon>> = {
  message: IconSend,
  wait: IconClock,
  branch: IconGitBranch,
  target: IconFilter,
  data: IconPencil,
};

export function cardOf(type: string, category: string | undefined): Card {
  const own = CARDS[type];
  return { icon: own?.icon ?? CATEGORIES[category ?? ""] ?? IconPuzzle, primary: own?.primary ?? [] };
}
