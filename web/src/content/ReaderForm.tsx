/** Chooses for whom the message is shown: a profile, and the values that the template reads. */
import { Autocomplete, Group, Select, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconUser } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { get } from "../api/client";
import { useVocabulary } from "../api/hooks";
import type { ProfileRows } from "../api/types";
import { useDocument } from "../editor/EditorProvider";
import { useMay } from "../session/session";
import { localesOf } from "./fields";
import { usePreview, useReader } from "./previewing";
import styles from "./content.module.css";

const WHOLE = "*";

export function ReaderForm() {
  const { t } = useTranslation();
  const document = useDocument();
  const { reader, setReader } = useReader();
  const mayProfiles = useMay("profiles");
  const locales = localesOf(document);
  return (
    <div className={styles.reader} role="group" aria-label={t("content.reader")}>
      <Group gap={8} grow preventGrowOverflow={false}>
        {mayProfiles && <ProfilePicker />}
        <Select
          label={t("content.locale")}
          value={reader.locale ?? ""}
          allowDeselect={false}
          onChange={(next) => setReader({ ...reader, locale: next === "" ? null : next })}
          data={[
            { value: "", label: t("content.ownLocale") },
            ...[...new Set(["en", "ko", ...locales])].map((tag) => ({ value: tag, label: tag })),
          ]}
        />
      </Group>
      <Values />
    </div>
  );
}

function ProfilePicker() {
  const { t } = useTranslation();
  const { reader, setReader } = useReader();
  const [search] = useDebouncedValue(reader.profile ?? "", 250);
  const found = useQuery({
    queryKey: ["profiles", "pick", search],
    queryFn: () => get<ProfileRows>(`/api/profiles?limit=12&search=${encodeURIComponent(search)}`),
    staleTime: 30_000,
    meta: { quiet: true },
  });
  return (
    <Autocomplete
      size="xs"
      label={t("content.profile")}
      placeholder={t("content.nobody")}
      leftSection={<IconUser size={14} />}
      value={reader.profile ?? ""}
      data={[...new Set(found.data?.rows.map((row) => row.id) ?? [])]}
      filter={({ options }) => options}
      onChange={(next) => setReader({ ...reader, profile: next === "" ? null : next })}
    />
  );
}

/** A field for each value that the template reads, by what the server says it reads. */
function Values() {
  const { t } = useTranslation();
  const { reader, setReader } = useReader();
  const vocabulary = useVocabulary().data;
  const reads = Object.entries(usePreview().data?.reads ?? {}).filter(([object]) => object !== "message");
  const names = reads.flatMap(([object, found]) =>
    found.filter((name) => name !== WHOLE).map((name) => [object, name] as const),
  );
  if (!names.length) return null;
  const typeOf = (name: string): string =>
    vocabulary?.profile.find((attribute) => attribute.name === name)?.type ?? "";
  return (
    <div className={styles.values} role="group" aria-label={t("content.values")}>
      {names.map(([object, name]) => (
        <TextInput
          key={`${object}.${name}`}
          label={<span className="code">{`${object}.${name}`}</span>}
          placeholder={object === "profile" && reader.profile ? t("content.ofProfile") : typeOf(name)}
          value={reader.values[object]?.[name] ?? ""}
          onChange={(event) =>
            setReader({
              ...reader,
              values: {
                ...reader.values,
                [object]: { ...reader.values[object], [name]: event.currentTarget.value },
              },
            })
          }
        />
      ))}
    </div>
  );
}
