/** The document that is open on the canvas: its graph, its types, its problems, its counts. */
import { createContext, useContext, useEffect, useLayoutEffect, useMemo, useState } from "react";
import { useStore } from "zustand";
import { useShallow } from "zustand/react/shallow";
import { createStore, type StoreApi } from "zustand/vanilla";
import { useDocumentStatus } from "../api/hooks";
import type { Catalog, NodeCounts } from "../api/types";
import { useDocument, useEditing } from "../editor/EditorProvider";
import { stepsOf, type Doc, type Step } from "../model";
import type { Graph, Types } from "./graph";
import type { Kit } from "./kit";
import { layOut, type Layout } from "./layout";
import { placed, type Placed } from "./problems";
import { settling } from "./sameness";

export interface Scene {
  kit: Kit;
  document: Doc;
  steps: Step[];
  byId: ReadonlyMap<string, Step>;
  types: Types;
  catalog: Catalog;
  graph: Graph;
  /** How many ways out each step has that lead somewhere or are open. */
  ways: ReadonlyMap<string, number>;
  problems: Placed[];
  problemsOf: ReadonlyMap<string | null, readonly Placed[]>;
  counts: ReadonlyMap<string, NodeCounts>;
  entered: number | null;
  layout: Layout | null;
}

export function useOpenScene(kit: Kit, catalog: Catalog, withStubs: boolean): Scene {
  const document = useDocument();
  const problems = useEditing((editing) => editing.problems);
  const id = useEditing((editing) => editing.saved.id);
  const status = useDocumentStatus(id);
  const types = useMemo(() => new Map(kit.types(catalog).map((one) => [one.type, one])), [kit, catalog]);
  const [settle] = useState(settling);
  const graph = useMemo(
    () => settle(kit.graph(document, types, withStubs)),
    [settle, kit, document, types, withStubs],
  );
  const told = useMemo(() => placed(problems, document), [problems, document]);
  const problemsOf = useMemo(() => grouped(told), [told]);
  const layout = useLayout(graph);
  return useMemo(
    () => ({
      kit,
      document,
      steps: stepsOf(document),
      byId: new Map(stepsOf(document).map((step) => [step.id, step])),
      types,
      catalog,
      graph,
      ways: waysOf(graph),
      problems: told,
      problemsOf,
      counts: new Map(status?.nodes.map((node) => [node.id, node])),
      entered: status?.entered ?? null,
      layout,
    }),
    [kit, document, types, catalog, graph, told, problemsOf, status, layout],
  );
}

/** Where everything stands; the last answer stays until the next one is there. */
function useLayout(graph: Graph): Layout | null {
  const [layout, setLayout] = useState<Layout | null>(null);
  const shape = useMemo(
    () =>
      JSON.stringify([
        graph.vertices.map((vertex) => vertex.id),
        graph.links.map(({ id, target }) => [id, target]),
      ]),
    [graph],
  );
  useEffect(() => {
    let isOld = false;
    void layOut(graph).then((found) => {
      if (!isOld) setLayout(found);
    });
    return () => {
      isOld = true;
    };
    // The shape stands for the graph: words in a step move nothing.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [shape]);
  return layout;
}

function grouped(problems: readonly Placed[]): Map<string | null, Placed[]> {
  const groups = new Map<string | null, Placed[]>();
  for (const problem of problems) groups.set(problem.step, [...(groups.get(problem.step) ?? []), problem]);
  return groups;
}

function waysOf({ links }: Graph): Map<string, number> {
  const ways = new Map<string, Set<string>>();
  for (const { source, exit } of links) {
    const known = ways.get(source) ?? new Set();
    ways.set(source, known.add(exit?.path ?? ""));
  }
  return new Map([...ways].map(([source, paths]) => [source, paths.size]));
}

export const SceneContext = createContext<Scene | null>(null);

export function useScene(): Scene {
  const scene = useContext(SceneContext);
  if (!scene) throw new Error("no canvas is open");
  return scene;
}

/** The same scene for what is on the canvas many times: each part takes what concerns it, and is drawn when that changes. */
export const SceneStoreContext = createContext<StoreApi<Scene> | null>(null);

export function useSceneStore(scene: Scene): StoreApi<Scene> {
  const [store] = useState(() => createStore<Scene>(() => scene));
  useLayoutEffect(() => store.setState(scene, true), [store, scene]);
  return store;
}

export function useSceneOf<T>(select: (scene: Scene) => T): T {
  const store = useContext(SceneStoreContext);
  if (!store) throw new Error("no canvas is open");
  return useStore(store, useShallow(select));
}
