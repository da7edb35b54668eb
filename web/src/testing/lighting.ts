/** Which steps and links of the canvas a profile's way lights up. */
import { ENTRY, graphOf, type Types } from "../canvas/graph";
import { textOf, type Doc } from "../model";
import type { Trail } from "./trail";
import type { TestProfile } from "../api/types";

/** The newest way of a profile through a document. */
export function lightUp(profile: TestProfile, document: Doc, types: Types): Trail {
  const passage = profile.paths.find((path) => path.document === textOf(document.id))?.passages.at(-1);
  if (!passage) return { steps: {}, links: new Set() };
  const { links } = graphOf(document, types, false);
  const lit = new Set<string>(links.filter((link) => link.source === ENTRY).map((link) => link.id));
  const steps: Record<string, "passed" | "waiting"> = {};
  for (const { node, outcome } of passage.steps) {
    steps[node] = outcome === "waiting" ? "waiting" : "passed";
    const link = links.find((one) => one.source === node && one.exit?.outcome === outcome);
    if (link) lit.add(link.id);
  }
  return { steps, links: lit };
}
