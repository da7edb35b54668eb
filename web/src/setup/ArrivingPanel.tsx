/** Beside the form of an event: what of it arrives now. */
import { Switch, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDocument } from "../editor/EditorProvider";
import { textOf } from "../model";
import styles from "./setup.module.css";
import { Stream } from "./Stream";

export default function ArrivingPanel() {
  const { t } = useTranslation();
  const document = useDocument();
  const name = textOf(document.match) || textOf(document.id);
  const [isOn, setOn] = useState(true);
  return (
    <div className={styles.side}>
      <div className={styles.row}>
        <Text size="sm">{t("arrivals.ofEvent", { name })}</Text>
        <Switch
          label={t("arrivals.live")}
          checked={isOn}
          onChange={(event) => setOn(event.currentTarget.checked)}
        />
      </div>
      <div>
        <Stream wanted={{ kinds: ["track"], name, profile: "" }} isOn={isOn} isNarrow />
      </div>
    </div>
  );
}
