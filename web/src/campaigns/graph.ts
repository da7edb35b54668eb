/** A campaign as a graph: activities say what they take in, and any number may take in the same rows. */
import { ENTRY, linkId, stubId, type Graph, type Link, type Types, type Vertex } from "../canvas/graph";
import { stepsOf, type Doc } from "../model";
import { begins, takenBy } from "./inlets";
import { outletsOf } from "./outlets";

export function campaignGraph(doc: Doc, types: Types, stubs = true): Graph {
  const steps = stepsOf(doc);
  const vertices: Vertex[] = [{ kind: "entry", id: ENTRY }];
  const links: Link[] = [];
  const exits = steps.map((step) => outletsOf(step, types.get(step.type)));
  const sources = new Map(
    exits.flatMap((own, index) =>
      own.map((exit) => [exit.outcome, { source: steps[index]?.id ?? "", exit }] as const),
    ),
  );
  steps.forEach((step, index) => {
    const type = types.get(step.type);
    vertices.push({ kind: "step", id: step.id, step, exits: exits[index] ?? [], isStart: begins(type) });
    if (begins(type))
      links.push({ id: `${ENTRY}:start>${step.id}`, source: ENTRY, target: step.id, exit: null });
    for (const { place, transition } of takenBy(step, type)) {
      const from = sources.get(transition);
      if (!from || from.source === step.id) continue;
      const id = `${linkId(from.source, from.exit)}>${step.id}.${place}`;
      links.push({ id, source: from.source, target: step.id, exit: from.exit });
    }
  });
  if (!stubs) return { vertices, links };
  const taken = new Set(links.map((link) => linkId(link.source, link.exit)));
  const open = [
    { from: ENTRY, exit: null },
    ...[...sources.values()]
      .filter(({ source, exit }) => !taken.has(linkId(source, exit)))
      .map(({ source, exit }) => ({ from: source, exit })),
  ];
  for (const { from, exit } of open) {
    const id = stubId(from, exit);
    vertices.push({ kind: "stub", id, from, exit });
    links.push({ id: linkId(from, exit), source: from, target: id, exit });
  }
  return { vertices, links };
}
