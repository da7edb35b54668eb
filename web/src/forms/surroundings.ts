/** What editors may offer: names of the workspace, steps of the document, the event that an expression sees. */
import { createContext, useContext } from "react";
import { useCatalog, useVocabulary } from "../api/hooks";
import type { Attribute, Vocabulary } from "../api/types";
import type { Placed } from "../canvas/problems";
import { textOf, type Doc, type Step } from "../model";

export interface Surroundings {
  document: Doc;
  steps: Step[];
  /** The step whose form it is; null: the document's own. */
  step: Step | null;
  problems: Placed[];
  /** The event that `event.x` means here. */
  event: string | null;
  /** Names that expressions may use bare, with their types: the columns of a table's rows; none: there are none. */
  columns?: Readonly<Record<string, string>> | null;
}

export const SurroundingsContext = createContext<Surroundings>({
  document: {},
  steps: [],
  step: null,
  problems: [],
  event: null,
});

export const useSurroundings = (): Surroundings => useContext(SurroundingsContext);

export interface Name {
  name: string;
  type: string;
}

/** The objects that expressions can use here, each with its properties. */
export function useObjects(): Record<string, Name[]> {
  const { document, steps, event } = useSurroundings();
  const vocabulary = useVocabulary().data;
  if (!vocabulary) return {};
  const entry = document.entry as Doc | undefined;
  const entryEvent = textOf(entry?.event);
  return {
    profile: names(vocabulary.profile),
    ...(event ? { event: propertiesOf(vocabulary, event) } : {}),
    ...(entryEvent ? { entry: propertiesOf(vocabulary, entryEvent) } : {}),
    ...Object.fromEntries(
      steps
        .map((step) => [step.id, answersOf(vocabulary, step)] as const)
        .filter(([, found]) => found.length > 0),
    ),
  };
}

const names = (attributes: readonly Attribute[]): Name[] =>
  attributes.map(({ name, type }) => ({ name, type }));

const propertiesOf = (vocabulary: Vocabulary, event: string): Name[] =>
  names(vocabulary.events.find((one) => one.id === event)?.attributes ?? []);

function answersOf(vocabulary: Vocabulary, step: Step): Name[] {
  if (typeof step.event === "string" && step.type !== "emit") return propertiesOf(vocabulary, step.event);
  const answer = [...vocabulary.sources, ...vocabulary.actions].find(
    (one) => one.id === step.source || one.id === step.action,
  );
  return answer ? [...names(answer.response), { name: "status", type: "string" }] : [];
}

export const useFunctions = (): string[] => useCatalog().data?.functions.map((one) => one.name) ?? [];
