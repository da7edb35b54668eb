/** The clock of a test: to what is due next, or ahead by some time. */
import { Button, Group, Select } from "@mantine/core";
import { IconPlayerSkipForward, IconPlayerTrackNext } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { durationWords } from "../i18n/duration";
import { instant } from "../i18n/format";

interface Props {
  nextAt: string | null;
  isBusy: boolean;
  jump: (where: { next: true } | { by: string }) => void;
}

const LEAPS = ["10m", "1h", "6h", "1d", "3d", "1w", "30d"];

export function ClockBar({ nextAt, isBusy, jump }: Props) {
  const { t, i18n } = useTranslation();
  const [leap, setLeap] = useState("1d");
  return (
    <Group gap={6} wrap="wrap">
      <Button
        variant="light"
        color="violet"
        leftSection={<IconPlayerSkipForward size={14} />}
        disabled={nextAt === null || isBusy}
        title={nextAt ? instant(nextAt, true) : t("test.nothingDue")}
        onClick={() => jump({ next: true })}
      >
        {t("test.next")}
      </Button>
      <Select
        w={104}
        aria-label={t("test.leap")}
        data={LEAPS.map((one) => ({ value: one, label: durationWords(one, i18n.language) }))}
        value={leap}
        allowDeselect={false}
        onChange={(next) => setLeap(next ?? leap)}
      />
      <Button
        variant="default"
        leftSection={<IconPlayerTrackNext size={14} />}
        disabled={isBusy}
        onClick={() => jump({ by: leap })}
      >
        {t("test.ahead")}
      </Button>
    </Group>
  );
}
