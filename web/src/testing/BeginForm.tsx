/** Who takes part in a test, and when it begins. */
import { Button, SegmentedControl, Stack, TagsInput, TextInput } from "@mantine/core";
import { IconFlask } from "@tabler/icons-react";
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { useVocabulary } from "../api/hooks";
import { asValue } from "../forms/comparison";
import { InstantControl } from "../forms/editors/Instants";
import { textOf, type Json } from "../model";
import type { Wish } from "./session";
import { word } from "../i18n/words";

interface Props {
  isBusy: boolean;
  begin: (wish: Wish) => void;
}

const NEW = "test-profile";

export function BeginForm({ isBusy, begin }: Props) {
  const { t } = useTranslation();
  const [way, setWay] = useState("new");
  const [ids, setIds] = useState<string[]>([]);
  const [attributes, setAttributes] = useState<Record<string, string>>({ email: "test@example.com" });
  const [start, setStart] = useState<Json | undefined>();
  const known = useVocabulary().data?.profile.filter(({ name }) => name !== "profile_id") ?? [];
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const set = known
      .filter(({ name }) => attributes[name])
      .map(({ name, type }) => [name, asValue(attributes[name] ?? "", type)]);
    const profiles =
      way === "new"
        ? [{ id: NEW, copy: false, attributes: Object.fromEntries(set) as Record<string, unknown> }]
        : ids.map((id) => ({ id, copy: true, attributes: {} }));
    begin({ profiles, start: textOf(start) || null });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <SegmentedControl
          aria-label={t("test.who")}
          data={[
            { value: "new", label: t("test.newProfile") },
            { value: "copy", label: t("test.copyProfile") },
          ]}
          value={way}
          onChange={setWay}
        />
        {way === "copy" && (
          <TagsInput
            label={t("test.ids")}
            description={t("test.idsHint")}
            value={ids}
            onChange={setIds}
            maxTags={100}
          />
        )}
        {way === "new" &&
          known
            .slice(0, 12)
            .map(({ name, type, title }) => (
              <TextInput
                key={name}
                label={title ?? name}
                placeholder={word("values", type, type)}
                value={attributes[name] ?? ""}
                onChange={(event) => setAttributes({ ...attributes, [name]: event.currentTarget.value })}
              />
            ))}
        <InstantControl
          schema={{}}
          root={{}}
          value={start}
          onChange={setStart}
          label={t("test.start")}
          path="start"
          error={null}
          isRequired={false}
        />
        <Button
          type="submit"
          color="violet"
          leftSection={<IconFlask size={15} />}
          loading={isBusy}
          disabled={way === "copy" && !ids.length}
        >
          {t("test.begin")}
        </Button>
      </Stack>
    </form>
  );
}
