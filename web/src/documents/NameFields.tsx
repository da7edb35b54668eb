import { TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { ID } from "./ids";

interface Props {
  title: string;
  id: string;
  taken: ReadonlySet<string>;
  onTitle: (title: string) => void;
  onId: (id: string) => void;
}

/** The title, and the id that follows it until it is written by hand. */
export function NameFields({ title, id, taken, onTitle, onId }: Props) {
  const { t } = useTranslation();
  const error = !ID.test(id) ? t("names.badId") : taken.has(id) ? t("names.takenId") : null;
  return (
    <>
      <TextInput
        size="sm"
        label={t("names.title")}
        value={title}
        onChange={(event) => onTitle(event.currentTarget.value)}
        data-autofocus
      />
      <TextInput
        size="sm"
        label={t("names.id")}
        description={t("names.idHint")}
        value={id}
        error={id === "" ? null : error}
        onChange={(event) => onId(event.currentTarget.value)}
        classNames={{ input: "code" }}
      />
    </>
  );
}

export const isFreeId = (id: string, taken: ReadonlySet<string>): boolean => ID.test(id) && !taken.has(id);
