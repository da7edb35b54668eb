/** A journey that is live and that nobody has entered: what lets somebody in. */
import { IconConfetti } from "@tabler/icons-react";
import { Group } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useStatus } from "../api/hooks";
import { useDocument } from "../editor/EditorProvider";
import styles from "../editor/Notices.module.css";
import { isMap, textOf } from "../model";
import { SendEventButton } from "../sending/SendEventButton";

export function NobodyYet() {
  const { t } = useTranslation();
  const document = useDocument();
  const running = useStatus().data?.documents.find((one) => one.id === textOf(document.id));
  const event = isMap(document.entry) ? textOf(document.entry.event) : "";
  if (!event || running?.state !== "live" || running.entered > 0) return null;
  return (
    <div className={styles.notice} data-good role="status">
      <IconConfetti size={16} aria-hidden />
      <span>{t("sending.nobodyYet", { event })}</span>
      <Group gap={4} ml="auto">
        <SendEventButton event={event} size="compact-xs" />
      </Group>
    </div>
  );
}
