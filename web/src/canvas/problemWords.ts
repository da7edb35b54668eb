/** A problem as somebody reads it who has never seen the document's text: fields have the names of their form. */
import i18next from "i18next";
import type { Problem } from "../api/types";
import { plain } from "../i18n/plain";
import { told } from "../i18n/told";
import { word } from "../i18n/words";
import { parsePath } from "../path";

/** A name that is not given yet, as the server looks for it: there is no event without a name. */
const NAMELESS = /^no (\w+) ``/;
/** A message that does not say anything yet. */
const SAYS_NOTHING = /has no `template` \(and no `variants`\)$/;
/** `\`x\` is missing in \`y\``, as the server says it of a field that must be there. */
const MISSING = /^`(\w+)` is missing in /;

export function problemWords({ message, path }: Pick<Problem, "message" | "path">): string {
  const missing =
    (MISSING.exec(message) ?? NAMELESS.exec(message))?.[1] ??
    (SAYS_NOTHING.test(message) ? "template" : undefined);
  if (missing !== undefined) return i18next.t("problems.missing", { field: word("fields", missing) });
  if (message !== "this must not be empty") return told(message);
  if (path === "nodes" || path === "activities") return i18next.t("problems.noStep");
  const name = parsePath(path).findLast((part) => typeof part === "string");
  return name === undefined ? told(message) : i18next.t("problems.empty", { field: word("fields", name) });
}

/** The same where no code can be marked: at a field, in a tooltip. */
export const plainWords = (problem: Pick<Problem, "message" | "path">): string =>
  plain(problemWords(problem));
