/** What a kind of document brings to the canvas: how it says its graph, and what only it shows. */
import type { ComponentType } from "react";
import type { Icon } from "@tabler/icons-react";
import type { Catalog, NodeType } from "../api/types";
import type { Doc, Step } from "../model";
import type { Exit } from "./exits";
import type { Graph, Link, Types } from "./graph";
import type { Spot } from "./steps";

/** Pure: each edit takes a document and returns another; what it does not concern stays the same. */
export interface Notation {
  types: (catalog: Catalog) => readonly NodeType[];
  graph: (doc: Doc, types: Types, stubs: boolean) => Graph;
  add: (doc: Doc, types: Types, step: Step, spot: Spot | null) => Doc;
  /** Let a way out lead to a step; null: to none. */
  connect: (doc: Doc, types: Types, spot: Spot, target: string | null) => Doc;
  reconnect: (doc: Doc, types: Types, link: Link, spot: Spot, target: string) => Doc;
  /** Whether a step can be put between the ends of a link. */
  mayInsert: (link: Link) => boolean;
  mayConnect: (graph: Graph, types: Types, spot: Spot, target: string) => boolean;
  remove: (doc: Doc, types: Types, ids: readonly string[]) => Doc;
  rename: (doc: Doc, types: Types, id: string, to: string) => Doc;
  /** What else changes when the form of a step does, such as names of its ways out elsewhere. */
  settle: (doc: Doc, types: Types, before: Step, after: Step) => Doc;
  /** A step without its links to others than these. */
  cut: (step: Step, types: Types, inside: ReadonlySet<string>) => Step;
  /** Bring pasted steps in at a spot. */
  linkIn: (doc: Doc, types: Types, spot: Spot, ids: readonly string[]) => Doc;
  /** Types that can stand at a spot. */
  offered: (types: readonly NodeType[], spot: Spot | null) => readonly NodeType[];
  /** What a new step of a type has besides what its schema asks for. */
  begun: (type: NodeType, step: Step) => Step;
  /** Fields that are drawn, and not shown in a step's form. */
  hidden: (type: NodeType) => ReadonlySet<string>;
}

export interface PanelTab {
  id: string;
  label: string;
  Content: ComponentType;
}

export interface Kit extends Notation {
  /** The family of words that names its types, and the one that says what they do. */
  words: { names: "nodes" | "activities"; abouts: "abouts" | "activityAbouts" };
  /** What the canvas is called. */
  name: () => string;
  start: { icon: Icon; title: () => string; words: (doc: Doc) => string };
  /** What is written at a way out; null: it says nothing. */
  exitWords: (exit: Exit, step: Step, count: number) => string | null;
  /** The form of the document itself. */
  Whole: ComponentType;
  /** Where the ways out of a step lead, for the keyboard and for readers of screens. */
  Ways: ComponentType<{ step: Step }>;
  /** What a step's panel shows above its form, such as how its rows look. */
  Head?: ComponentType<{ step: Step }>;
  StepCount: ComponentType<{ step: Step }>;
  LinkCount: ComponentType<{ link: Link; words: string | null }>;
  StartCount: ComponentType;
  panels: () => PanelTab[];
  /** Names that expressions of a step may use bare: the columns of its rows. */
  useColumns: (step: Step) => Readonly<Record<string, string>> | null;
}
