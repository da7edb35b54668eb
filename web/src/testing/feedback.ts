/** What may come back about the messages of a journey. */
import type { Types } from "../canvas/graph";
import { word } from "../i18n/words";
import type { Step } from "../model";

const KINDS = ["delivered", "opened", "clicked", "unsubscribed", "bounced", "complained"];

export function feedbackChoices(
  document: string,
  steps: readonly Step[],
  types: Types,
): { value: string; label: string }[] {
  return steps
    .filter((step) => types.get(step.type)?.traits.sends)
    .flatMap((step) =>
      KINDS.map((kind) => ({
        value: `${document}/${step.id}|${kind}`,
        label: `${step.id} · ${word("values", kind)}`,
      })),
    );
}
