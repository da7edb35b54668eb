/** What one can do on the canvas. Buttons, menus and keys all come here. */
import { useMemo } from "react";
import { useEditor } from "../editor/EditorProvider";
import type { Editor } from "../editor/store";
import { documentOf } from "../editor/store";
import type { Schema } from "../api/types";
import { resolve, starterOf } from "../forms/schema";
import { isMap, stepsOf, type Json, type JsonMap, type Step } from "../model";
import { copied, paste, readSteps } from "./clipboard";
import { addStep, changeStep, connect, freshId, removeSteps, renameStep, type Spot } from "./edits";
import { ENTRY, graphOf, type Types } from "./graph";
import type { Point } from "./layout";
import { keepPlaces } from "./places";
import { useJourney } from "./useJourney";
import { useViewStore, type ViewStore } from "./view";

export class Acts {
  private readonly editor: Editor;
  private readonly view: ViewStore;
  private readonly types: Types;

  constructor(editor: Editor, view: ViewStore, types: Types) {
    this.editor = editor;
    this.view = view;
    this.types = types;
  }

  choose(ids: readonly string[]): void {
    const focus = ids[0];
    this.view.setState({ chosen: ids, panel: "step", ...(focus === undefined ? {} : { focus }) });
  }

  /** Ask what is to be added at a spot. */
  ask(spot: Spot | null): void {
    this.view.setState({ adding: spot, isAdding: true });
  }

  add(type: string, spot: Spot | null, at?: Point): void {
    const document = documentOf(this.editor.getState());
    const step = this.fresh(type, freshId(document, type));
    this.editor.getState().edit((doc) => addStep(doc, this.types, step, spot));
    if (at && spot === null) this.move({ [step.id]: at });
    this.view.setState({ isAdding: false, adding: null, awaited: step.id });
    this.choose([step.id]);
  }

  private fresh(type: string, id: string): Step {
    const schema = this.types.get(type)?.schema;
    const made = schema ? starterOf(schema, schema) : {};
    const { id: _id, type: _type, ...rest }: JsonMap = isMap(made) ? made : {};
    if (!schema) return { id, type };
    const begun = Object.entries(rest).map(
      ([name, value]) => [name, halved(value, schema.properties?.[name], schema)] as const,
    );
    return { id, type, ...Object.fromEntries(begun) };
  }

  connect(spot: Spot, target: string | null): void {
    this.editor.getState().edit((doc) => connect(doc, spot, target));
  }

  remove(ids: readonly string[]): void {
    const steps = ids.filter((id) => id !== ENTRY && !id.startsWith("@"));
    if (!steps.length) return;
    const document = documentOf(this.editor.getState());
    const before = graphOf(document, this.types).links.find((link) => link.target === steps[0])?.source;
    this.editor.getState().edit((doc) => removeSteps(doc, this.types, steps));
    this.view.setState({ chosen: [], focus: before ?? ENTRY });
  }

  rename(id: string, to: string): void {
    this.editor.getState().edit((doc) => renameStep(doc, this.types, id, to));
    this.choose([to]);
  }

  change(id: string, next: (step: Step) => Step, place: string): void {
    this.editor.getState().edit((doc) => changeStep(doc, id, next), `${id}:${place}`);
  }

  duplicate(ids: readonly string[]): void {
    this.put(copied(documentOf(this.editor.getState()), ids), null);
  }

  copy(ids: readonly string[], clipboard: DataTransfer | null): boolean {
    const steps = ids.filter((id) => !id.startsWith("@"));
    if (!steps.length || !clipboard) return false;
    clipboard.setData("text/plain", copied(documentOf(this.editor.getState()), steps));
    return true;
  }

  /** Put in steps that text has; false: it has none. */
  put(text: string, spot: Spot | null): boolean {
    const steps = readSteps(text);
    if (!steps?.length) return false;
    const { doc, ids } = paste(documentOf(this.editor.getState()), this.types, steps, spot);
    this.editor.getState().edit(() => doc);
    this.choose(ids);
    return true;
  }

  /** The spot behind a step, for what is added by keys: its first open end, else its first way out. */
  behind(id: string): Spot | null {
    const { links } = graphOf(documentOf(this.editor.getState()), this.types);
    const ways = links.filter((link) => link.source === id);
    const way = ways.find((link) => link.target.startsWith("@end")) ?? ways[0];
    return way ? { from: way.source, exit: way.exit } : null;
  }

  move(places: Record<string, Point>): void {
    const moved = { ...this.view.getState().moved, ...places };
    this.view.setState({ moved });
    keepPlaces(this.editor.getState().saved.id, moved);
  }

  tidy(): void {
    this.view.setState({ moved: {} });
    keepPlaces(this.editor.getState().saved.id, {});
  }

  all(): string[] {
    return stepsOf(documentOf(this.editor.getState())).map((step) => step.id);
  }
}

/** A division by shares begins with two halves. */
function halved(value: Json, schema: Schema | undefined, root: Schema): Json {
  const item = schema?.items ? resolve(schema.items, root) : undefined;
  return Array.isArray(value) && value.length === 1 && item?.required?.includes("share")
    ? [{ share: 50 }, { share: 50 }]
    : value;
}

export function useActs(): Acts {
  const editor = useEditor();
  const view = useViewStore();
  const { types } = useJourney();
  return useMemo(() => new Acts(editor, view, types), [editor, view, types]);
}
