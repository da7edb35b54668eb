/** Chooses for whom the message is shown: a profile, an event of its past, and the values that the template reads. */
import { Autocomplete, Group, Select, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconUser } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { get } from "../api/client";
import { useVocabulary } from "../api/hooks";
import type { ProfileRows } from "../api/types";
import { valueText } from "../i18n/values";
import { useWord } from "../i18n/words";
import { useMay } from "../session/session";
import { PastEvents } from "./PastEvents";
import { useReader } from "./previewing";
import styles from "./content.module.css";

const WHOLE = "*";
/** What the properties of an event are called in templates. */
const OF_EVENTS = new Set(["event", "entry"]);

/** By object the names that the shown templates read. */
export type Reads = Readonly<Record<string, readonly string[]>>;

export function ReaderForm({ reads, locales }: { reads: Reads; locales: readonly string[] }) {
  const { t } = useTranslation();
  const { reader, setReader } = useReader();
  const mayProfiles = useMay("profiles");
  const readsEvents = Object.keys(reads).some((object) => OF_EVENTS.has(object));
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
      {mayProfiles && readsEvents && reader.profile && <PastEvents profile={reader.profile} />}
      <Values reads={reads} />
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
      onChange={(next) => setReader({ ...reader, profile: next === "" ? null : next, past: null })}
    />
  );
}

/** A field for each value that the templates read, by what the server says they read. */
function Values({ reads }: { reads: Reads }) {
  const word = useWord();
  const { t } = useTranslation();
  const { reader, setReader } = useReader();
  const vocabulary = useVocabulary().data;
  const names = Object.entries(reads)
    .filter(([object]) => object !== "message")
    .flatMap(([object, found]) =>
      found.filter((name) => name !== WHOLE).map((name) => [object, name] as const),
    );
  if (!names.length) return null;
  const hint = (object: string, name: string): string => {
    if (object === "profile" && reader.profile) return t("content.ofProfile");
    const past = OF_EVENTS.has(object) ? reader.past?.properties[name] : undefined;
    if (past !== undefined) return valueText(past);
    const type = vocabulary?.profile.find((attribute) => attribute.name === name)?.type;
    return type ? word("values", type, type) : "";
  };
  return (
    <div className={styles.values} role="group" aria-label={t("content.values")}>
      {names.map(([object, name]) => (
        <TextInput
          key={`${object}.${name}`}
          label={<span className="code">{`${object}.${name}`}</span>}
          placeholder={hint(object, name)}
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
