/** The document that is open on the canvas: its graph, its types, its problems, its counts. */
import { createContext, useContext, useEffect, useMemo, useState } from "react";
import { useDocumentStatus } from "../api/hooks";
import type { Catalog, NodeCounts } from "../api/types";
import { useDocument, useEditing } from "../editor/EditorProvider";
import { stepsOf, type Doc, type Step } from "../model";
import type { Graph, Types } from "./graph";
import type { Kit } from "./kit";
import { layOut, type Layout } from "./layout";
import { placed, type Placed } from "./problems";

export interface Scene {
  kit: Kit;
  document: Doc;
  steps: Step[];
  types: Types;
  catalog: Catalog;
  graph: Graph;
  problems: Placed[];
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
  const graph = useMemo(() => kit.graph(document, types, withStubs), [kit, document, types, withStubs]);
  const layout = useLayout(graph);
  return useMemo(
    () => ({
      kit,
      document,
      steps: stepsOf(document),
      types,
      catalog,
      graph,
      problems: placed(problems, document),
      counts: new Map(status?.nodes.map((node) => [node.id, node])),
      entered: status?.entered ?? null,
      layout,
    }),
    [kit, document, types, catalog, graph, problems, status, layout],
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

export const SceneContext = createContext<Scene | null>(null);

export function useScene(): Scene {
  const scene = useContext(SceneContext);
  if (!scene) throw new Error("no canvas is open");
  return scene;
}
