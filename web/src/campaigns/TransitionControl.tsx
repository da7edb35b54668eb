/** Chooses the rows that an activity takes in: outlets of others that do not come from it. */
import { MultiSelect, Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useCatalog } from "../api/hooks";
import type { ControlProps } from "../forms/control";
import { useSurroundings } from "../forms/surroundings";
import { textOf } from "../model";
import { transitionsFor } from "./offers";

function useOffers(): string[] {
  const { document, step } = useSurroundings();
  const catalog = useCatalog().data;
  return catalog && step ? transitionsFor(document, catalog.activities, step.id) : [];
}

export function TransitionControl({ value, onChange, label, error, isRequired }: ControlProps) {
  const { t } = useTranslation();
  const offers = useOffers();
  const chosen = textOf(value);
  return (
    <Select
      label={label}
      error={error}
      data={[...new Set([...offers, ...(chosen ? [chosen] : [])])]}
      value={chosen || null}
      placeholder={t("forms.choose")}
      searchable
      clearable={!isRequired}
      nothingFoundMessage={t("campaign.noTransitions")}
      classNames={{ input: "code" }}
      onChange={(next) => onChange(next ?? undefined)}
    />
  );
}

/** Several, in their order: the first counts where they differ. */
export function TransitionsControl({ value, onChange, label, error }: ControlProps) {
  const { t } = useTranslation();
  const offers = useOffers();
  const chosen = Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
  return (
    <MultiSelect
      label={label}
      error={error}
      data={[...new Set([...offers, ...chosen])]}
      value={chosen}
      placeholder={chosen.length < 2 ? t("forms.choose") : ""}
      searchable
      nothingFoundMessage={t("campaign.noTransitions")}
      onChange={onChange}
    />
  );
}
