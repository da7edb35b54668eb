/** Runs of a campaign: what each activity did, how many rows went where, what failed; confirm, retry, signal. */
import { Button, Stack, Text } from "@mantine/core";
import { IconCalendarOff } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useDocumentStatus } from "../api/hooks";
import side from "../canvas/SidePanel.module.css";
import { useEditing } from "../editor/EditorProvider";
import { useMay } from "../session/session";
import { Empty, Failed } from "../shell/States";
import { useBook } from "./book";
import { RunCard } from "./RunCard";
import { SignalButton } from "./SignalButton";

export default function RunsPanel() {
  const { t } = useTranslation();
  const book = useBook();
  const id = useEditing((editing) => editing.saved.id);
  const status = useDocumentStatus(id);
  const mayPublish = useMay("publish");
  const isLive = status?.state === "live";
  if (book.runsError) return <Failed error={book.runsError} />;
  return (
    <div className={side.inspector}>
      <Stack gap="sm">
        {isLive && mayPublish && <SignalButton id={id} />}
        {book.run && (
          <Button size="xs" variant="light" onClick={() => book.showRun(null)}>
            {t("campaign.runs.backToDraft")}
          </Button>
        )}
        {book.runs.map((run, index) => (
          <RunCard key={run.run} run={run} isNewest={index === 0} id={id} />
        ))}
        {!book.runs.length && (
          <Empty
            icon={IconCalendarOff}
            title={t("campaign.runs.none")}
            text={isLive ? t("campaign.runs.waiting") : t("campaign.runs.publishFirst")}
          />
        )}
        {book.runs.length >= 50 && (
          <Text size="xs" c="dimmed">
            {t("campaign.runs.newest")}
          </Text>
        )}
      </Stack>
    </div>
  );
}
