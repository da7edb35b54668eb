/** What may come back about the messages of a document. */
import type { Types } from "../canvas/graph";
import { word } from "../i18n/words";
import { stepsOf, textOf, type Doc } from "../model";

const KINDS = ["delivered", "opened", "clicked", "unsubscribed", "bounced", "complained"];

/** By the steps that send; a document without steps sends by itself. */
export function feedbackChoices(document: Doc, types: Types): { value: string; label: string }[] {
  const id = textOf(document.id);
  const senders =
    document.kind === "triggered"
      ? [id]
      : stepsOf(document).flatMap((step) => (types.get(step.type)?.traits.sends ? [`${id}/${step.id}`] : []));
  return senders.flatMap((of) =>
    KINDS.map((kind) => ({
      value: `${of}|${kind}`,
      label: `${of.split("/").at(-1) ?? of} · ${word("values", kind)}`,
    })),
  );
}
