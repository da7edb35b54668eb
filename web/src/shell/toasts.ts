/** Short notices at the edge of the page. */
import { notifications } from "@mantine/notifications";
import i18next from "i18next";
import { ApiError, Unreachable } from "../api/client";
import { plain } from "../i18n/plain";
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
  if (error instanceof ApiError && error.problems.length > 0) return ofProblems(error);
  if (error instanceof ApiError)
    return [told(error.message), [told(error.hint), error.code].filter(Boolean).join(" · ")];
  if (error instanceof Unreachable) return [t("errors.unreachable"), t("errors.unreachableHint")];
  return [t("errors.unexpected"), error instanceof Error ? error.message : String(error)];
}

/** How many errors documents or a request have, and the first of them: all would be a wall of text. */
function ofProblems({ problems }: ApiError): [string, string] {
  const [first] = problems;
  const where = first?.file ? ` (${first.file}:${first.line ?? 1})` : "";
  const said = plain(told(first?.message ?? ""));
  return [i18next.t("problems.errors", { count: problems.length }), `${said}${where}`];
}

export function tell(message: string): void {
  notifications.show({
    message,
    color: "lagoon",
    autoClose: 3500,
    closeButtonProps: { "aria-label": t("toasts.close") },
  });
}
