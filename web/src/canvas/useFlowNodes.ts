/** React Flow's nodes, kept in step with the graph; what it measured stays. */
import { applyNodeChanges, type NodeChange } from "@xyflow/react";
import { useCallback, useEffect, useState } from "react";
import type { EntryFlowNode, StubFlowNode } from "./EntryNode";
import type { Graph, Vertex } from "./graph";
import { sizeOf, type Positions } from "./layout";
import type { StepFlowNode } from "./StepNode";
import { useView } from "./view";

export type FlowVertex = StepFlowNode | EntryFlowNode | StubFlowNode;

export function useFlowNodes(graph: Graph, positions: Positions | null) {
  const [nodes, setNodes] = useState<FlowVertex[]>([]);
  const chosen = useView((view) => view.chosen);
  const moved = useView((view) => view.moved);
  useEffect(() => {
    if (!positions) return;
    setNodes((before) => {
      const old = new Map(before.map((node) => [node.id, node]));
      return graph.vertices
        .filter((vertex) => positions.has(vertex.id) || old.has(vertex.id))
        .map((vertex) => {
          const position = moved[vertex.id] ??
            positions.get(vertex.id) ??
            old.get(vertex.id)?.position ?? { x: 0, y: 0 };
          return flowNode(vertex, old.get(vertex.id), position, chosen.includes(vertex.id));
        });
    });
  }, [graph, positions, chosen, moved]);
  const onNodesChange = useCallback((changes: NodeChange<FlowVertex>[]) => {
    setNodes((before) => applyNodeChanges(changes, before));
  }, []);
  return { nodes, onNodesChange };
}

function flowNode(
  vertex: Vertex,
  old: FlowVertex | undefined,
  position: { x: number; y: number },
  selected: boolean,
): FlowVertex {
  const known = old?.type === vertex.kind ? old : {};
  const { width, height } = sizeOf(vertex);
  return {
    ...known,
    id: vertex.id,
    type: vertex.kind,
    data: { vertex },
    position,
    selected,
    width,
    height,
    draggable: vertex.kind !== "stub",
    selectable: vertex.kind !== "stub",
  } as FlowVertex;
}
