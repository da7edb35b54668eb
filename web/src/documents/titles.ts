/** What dialogs that make a document are called. */
import { useTranslation } from "react-i18next";
import { useWord } from "../i18n/words";

/** “New journey” where there is one kind to choose. */
export function useNewTitle(kinds: readonly string[]): string {
  const { t } = useTranslation();
  const word = useWord();
  const [kind] = kinds;
  return kinds.length === 1 && kind !== undefined
    ? t("list.newOf", { kind: word("kinds", kind).toLocaleLowerCase() })
    : t("list.newTitle");
}
