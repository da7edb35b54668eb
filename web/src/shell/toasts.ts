/** Short notices at the edge of the page. */
import { notifications } from "@mantine/notifications";
import i18next from "i18next";
import { ApiError, Unreachable } from "../api/client";
import { told } from "../i18n/told";

type Key = "errors.unreachable" | "errors.unreachableHint" | "errors.unexpected" | "toasts.close";
const t = (key: Key): string => i18next.t(key);

export function tellError(error: unknown): void {
  if (error instanceof ApiError && error.status === 401) return;
  const [title, message] = wordsOf(error);
  notifications.show({
    id: title,
    color: "red",
    title,
    message,
    autoClose: 9000,
    closeButtonProps: { "aria-label": t("toasts.close") },
    role: "alert",
  });
}

function wordsOf(error: unknown): [string, string] {
  if (error instanceof ApiError)
    return [told(error.message), [told(error.hint), error.code].filter(Boolean).join(" · ")];
  if (error instanceof Unreachable) return [t("errors.unreachable"), t("errors.unreachableHint")];
  return [t("errors.unexpected"), error instanceof Error ? error.message : String(error)];
}

export function tell(message: string): void {
  notifications.show({
    message,
    color: "lagoon",
    autoClose: 3500,
    closeButtonProps: { "aria-label": t("toasts.close") },
  });
}
