import { Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { textOf } from "../../model";
import type { ControlProps } from "../control";
import { useSurroundings } from "../surroundings";

/** All zones, each once: some browsers leave UTC out. */
export const ZONES = [...new Set(["UTC", ...Intl.supportedValuesOf("timeZone")])];

/** A time zone, or where the document may say so that of each profile. */
export function ZoneControl({ schema, value, onChange, label, path, error }: ControlProps) {
  const { t } = useTranslation();
  const own = schema.examples?.includes("profile")
    ? [{ value: "profile", label: t("forms.profileZone") }]
    : [];
  const { document } = useSurroundings();
  const isOfCampaign = document.kind === "triggered";
  const isWhole = path === "timezone";
  const usual = !isOfCampaign ? "forms.usualZone" : isWhole ? "forms.profileZone" : "forms.campaignZone";
  const text = textOf(value);
  const odd = text && text !== "profile" && !ZONES.includes(text) ? [text] : [];
  return (
    <Select
      label={label}
      error={error}
      data={[...own, ...[...ZONES, ...odd].map((zone) => ({ value: zone, label: zone }))]}
      value={text || null}
      placeholder={t(usual)}
      searchable
      clearable
      limit={200}
      onChange={(next) => onChange(next ?? undefined)}
    />
  );
}
