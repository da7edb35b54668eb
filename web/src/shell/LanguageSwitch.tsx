import { SegmentedControl } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { LANGUAGES, speak, type Language } from "../i18n";

const OPTIONS = Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }));

/** The language of the page, before anybody is signed in. */
export function LanguageSwitch() {
  const { t, i18n } = useTranslation();
  return (
    <SegmentedControl
      data={OPTIONS}
      value={i18n.language}
      onChange={(value) => void speak(value as Language)}
      aria-label={t("settings.language")}
    />
  );
}
