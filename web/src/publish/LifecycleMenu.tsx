/** Pause, go on, close, stop; versions; back-test. */
import { ActionIcon, Menu, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import {
  IconDoorExit,
  IconDots,
  IconHistory,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerStop,
  IconTimelineEvent,
  type Icon,
} from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Lifecycle } from "../api/types";
import { useMay } from "../session/session";
import { BacktestDialog } from "../testing/BacktestDialog";
import { useCommand, type Command } from "./publishing";
import { VersionsDialog } from "./VersionsDialog";

interface Offer {
  command: Command;
  icon: Icon;
  from: readonly Lifecycle[];
  color?: string;
}

const OFFERS: Offer[] = [
  { command: "pause", icon: IconPlayerPause, from: ["live"] },
  { command: "resume", icon: IconPlayerPlay, from: ["paused"] },
  { command: "close", icon: IconDoorExit, from: ["live", "paused"] },
  { command: "stop", icon: IconPlayerStop, from: ["live", "paused", "closed"], color: "red" },
];

export function LifecycleMenu({ id, state }: { id: string; state: Lifecycle | null }) {
  const { t } = useTranslation();
  const [dialog, setDialog] = useState<"versions" | "backtest" | null>(null);
  const command = useCommand(id);
  const mayPublish = useMay("publish");
  const offers = OFFERS.filter((offer) => mayPublish && state !== null && offer.from.includes(state));
  const confirm = ({ command: wish, color }: Offer): void => {
    modals.openConfirmModal({
      title: t(`lifecycle.${wish}Title`, { id }),
      children: <Text>{t(`lifecycle.${wish}Text`)}</Text>,
      labels: { confirm: t(`lifecycle.${wish}`), cancel: t("actions.cancel") },
      confirmProps: color === undefined ? {} : { color },
      onConfirm: () => command.mutate(wish),
    });
  };
  return (
    <>
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <ActionIcon
            size={30}
            variant="default"
            aria-label={t("lifecycle.menu")}
            loading={command.isPending}
          >
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {offers.map((offer) => (
            <Menu.Item
              key={offer.command}
              leftSection={<offer.icon size={15} />}
              {...(offer.color ? { color: offer.color } : {})}
              onClick={() => confirm(offer)}
            >
              {t(`lifecycle.${offer.command}`)}
            </Menu.Item>
          ))}
          {offers.length > 0 && <Menu.Divider />}
          <Menu.Item leftSection={<IconTimelineEvent size={15} />} onClick={() => setDialog("backtest")}>
            {t("backtest.open")}
          </Menu.Item>
          <Menu.Item leftSection={<IconHistory size={15} />} onClick={() => setDialog("versions")}>
            {t("versions.open")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {dialog === "versions" && <VersionsDialog id={id} onClose={() => setDialog(null)} />}
      {dialog === "backtest" && <BacktestDialog id={id} onClose={() => setDialog(null)} />}
    </>
  );
}
