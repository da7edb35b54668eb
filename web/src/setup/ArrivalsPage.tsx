/** What arrives now, by kind, name and profile. */
import { MultiSelect, Switch, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useWord } from "../i18n/words";
import { SendEventButton } from "../sending/SendEventButton";
import styles from "./setup.module.css";
import { Stream } from "./Stream";

const KINDS = [
  "track",
  "identify",
  "feedback",
  "subscription",
  "row",
  "trigger",
  "signal",
  "answer",
  "inbound",
  "location",
  "session",
  "suppress",
  "alias",
  "group",
  "control",
];

export function ArrivalsPage() {
  const { t } = useTranslation();
  const word = useWord();
  const [kinds, setKinds] = useState<string[]>([]);
  const [name, setName] = useState("");
  const [profile, setProfile] = useState("");
  const [isOn, setOn] = useState(true);
  const [wanted] = useDebouncedValue({ kinds, name: name.trim(), profile: profile.trim() }, 300);
  return (
    <>
      <div className={styles.tools}>
        <MultiSelect
          label={t("arrivals.kinds")}
          placeholder={kinds.length ? "" : t("arrivals.all")}
          data={KINDS.map((value) => ({ value, label: word("items", value) }))}
          value={kinds}
          onChange={setKinds}
          clearable
          miw={190}
        />
        <TextInput
          label={t("arrivals.eventName")}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          label={t("profiles.id")}
          value={profile}
          onChange={(event) => setProfile(event.currentTarget.value)}
        />
        <Switch
          label={t("arrivals.live")}
          checked={isOn}
          mb={7}
          onChange={(event) => setOn(event.currentTarget.checked)}
        />
        <SendEventButton ml="auto" />
      </div>
      <Stream wanted={wanted} isOn={isOn} />
    </>
  );
}
