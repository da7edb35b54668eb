/** What one can do on the canvas. Buttons, menus and keys all come here. */
import { useMemo } from "react";
import { useEditor } from "../editor/EditorProvider";
import type { Editor } from "../editor/store";
import { documentOf } from "../editor/store";
import type { Schema } from "../api/types";
import { resolve, starterOf } from "../forms/schema";
import { isMap, stepsOf, type Doc, type Json, type JsonMap, type Step } from "../model";
import { copied, paste, readSteps } from "./clipboard";
import { ENTRY, isOpen, type Graph, type Link, type Types } from "./graph";
import type { Notation } from "./kit";
import type { Point } from "./layout";
import { keepPlaces } from "./places";
import { useSceneOf } from "./scene";
import { changeStep, freshId, type Spot } from "./steps";
import { useViewStore, type ViewStore } from "./view";

export class Acts {
  private readonly editor: Editor;
  private readonly view: ViewStore;
  private readonly types: Types;
  private readonly by: Notation;

  constructor(editor: Editor, view: ViewStore, types: Types, by: Notation) {
    this.editor = editor;
    this.view = view;
    this.types = types;
    this.by = by;
  }

  private get document(): Doc {
    return documentOf(this.editor.getState());
  }

  private get graph(): Graph {
    return this.by.graph(this.document, this.types, true);
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
    const step = this.fresh(type, freshId(this.document, type), spot);
    this.editor.getState().edit((doc) => this.by.add(doc, this.types, step, spot));
    if (at && spot === null) this.move({ [step.id]: at });
    this.view.setState({ isAdding: false, adding: null, awaited: step.id });
    this.choose([step.id]);
  }

  private fresh(type: string, id: string, spot: Spot | null): Step {
    const known = this.types.get(type);
    if (!known) return { id, type };
    const { schema } = known;
    const made = starterOf(schema, schema);
    const { id: _id, type: _type, ...rest }: JsonMap = isMap(made) ? made : {};
    const begun = Object.entries(rest).map(
      ([name, value]) => [name, halved(value, schema.properties?.[name], schema)] as const,
    );
    const about = schema.required?.filter((name) => schema.properties?.[name]?.["x-editor"] === "node") ?? [];
    const sender = about.length && spot ? senderBefore(spot.from, this.graph, this.types) : null;
    const filled = sender === null ? [] : about.map((name) => [name, sender] as const);
    return this.by.begun(known, { id, type, ...Object.fromEntries([...begun, ...filled]) });
  }

  connect(spot: Spot, target: string | null): void {
    this.editor.getState().edit((doc) => this.by.connect(doc, this.types, spot, target));
  }

  reconnect(link: Link, spot: Spot, target: string): void {
    this.editor.getState().edit((doc) => this.by.reconnect(doc, this.types, link, spot, target));
  }

  remove(ids: readonly string[]): void {
    const steps = ids.filter((id) => id !== ENTRY && !id.startsWith("@"));
    if (!steps.length) return;
    const before = this.graph.links.find((link) => link.target === steps[0])?.source;
    this.editor.getState().edit((doc) => this.by.remove(doc, this.types, steps));
    this.view.setState({ chosen: [], focus: before ?? ENTRY });
  }

  rename(id: string, to: string): void {
    this.editor.getState().edit((doc) => this.by.rename(doc, this.types, id, to));
    this.choose([to]);
  }

  change(id: string, next: (step: Step) => Step, place: string): void {
    const before = stepsOf(this.document).find((step) => step.id === id);
    if (!before) return;
    const after = next(before);
    const changed = (doc: Doc): Doc =>
      this.by.settle(
        changeStep(doc, id, () => after),
        this.types,
        before,
        after,
      );
    this.editor.getState().edit(changed, `${id}:${place}`);
  }

  duplicate(ids: readonly string[]): void {
    this.put(copied(this.document, ids), null);
  }

  copy(ids: readonly string[], clipboard: DataTransfer | null): boolean {
    const steps = ids.filter((id) => !id.startsWith("@"));
    if (!steps.length || !clipboard) return false;
    clipboard.setData("text/plain", copied(this.document, steps));
    return true;
  }

  /** Put in steps that text has; false: it has none. */
  put(text: string, spot: Spot | null): boolean {
    const steps = readSteps(text)?.filter((step) => this.types.has(step.type));
    if (!steps?.length) return false;
    const { doc, ids } = paste(this.document, this.types, steps, spot, this.by);
    this.editor.getState().edit(() => doc);
    this.choose(ids);
    return true;
  }

  /** The spot behind a step, for what is added by keys: its first open end, else its first way out. */
  behind(id: string): Spot | null {
    const ways = this.graph.links.filter((link) => link.source === id);
    const way = ways.find(isOpen) ?? ways[0];
    return way ? spotOf(way) : null;
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
    return stepsOf(this.document).map((step) => step.id);
  }
}

/** The nearest step on the way to a place, itself included, that sends; null: none does. */
export function senderBefore(from: string, { vertices, links }: Graph, types: Types): string | null {
  const ahead = [from];
  for (const here of ahead) {
    const vertex = vertices.find(({ id }) => id === here);
    if (vertex?.kind === "step" && types.get(vertex.step.type)?.traits.sends) return here;
    for (const { source, target } of links)
      if (target === here && !ahead.includes(source)) ahead.push(source);
  }
  return null;
}

/** Where a step between the ends of a link stands. */
export const spotOf = (link: Link): Spot => ({
  from: link.source,
  exit: link.exit,
  ...(isOpen(link) ? {} : { to: link.target }),
});

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
  const { types, kit } = useSceneOf(({ types: known, kit: now }) => ({ types: known, kit: now }));
  return useMemo(() => new Acts(editor, view, types, kit), [editor, view, types, kit]);
}
