/** React Flow's nodes, kept in step with the graph; what it measured stays. */
import { applyNodeChanges, type NodeChange } from "@xyflow/react";
import { useCallback, useEffect, useState } from "react";
import type { EntryFlowNode, StubFlowNode } from "./EntryNode";
import type { Graph, Vertex } from "./graph";
import { sizeOf, type Point, type Positions } from "./layout";
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
      const after = graph.vertices
        .filter((vertex) => positions.has(vertex.id) || old.has(vertex.id))
        .map((vertex) => {
          const usual = positions.get(vertex.id) ?? old.get(vertex.id)?.position ?? { x: 0, y: 0 };
          const position = moved[vertex.id] ?? follow(vertex, usual, positions, moved);
          return flowNode(vertex, old.get(vertex.id), position, chosen.includes(vertex.id));
        });
      const isSame = after.length === before.length && after.every((node, index) => node === before[index]);
      return isSame ? before : after;
    });
  }, [graph, positions, chosen, moved]);
  const onNodesChange = useCallback((changes: NodeChange<FlowVertex>[]) => {
    setNodes((before) => applyNodeChanges(changes, before));
  }, []);
  return { nodes, onNodesChange };
}

/** An open end goes where its step was moved. */
function follow(
  vertex: Vertex,
  usual: Point,
  positions: Positions,
  moved: Readonly<Record<string, Point>>,
): Point {
  const from = vertex.kind === "stub" ? positions.get(vertex.from) : undefined;
  const to = vertex.kind === "stub" ? moved[vertex.from] : undefined;
  return from && to ? { x: usual.x + to.x - from.x, y: usual.y + to.y - from.y } : usual;
}

function flowNode(
  vertex: Vertex,
  old: FlowVertex | undefined,
  position: { x: number; y: number },
  selected: boolean,
): FlowVertex {
  if (old && isAsBefore(old, vertex, position, selected)) return old;
  const { width, height } = sizeOf(vertex);
  const known = old?.type === vertex.kind ? old : {};
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

const isAsBefore = (old: FlowVertex, vertex: Vertex, { x, y }: Point, selected: boolean): boolean =>
  old.data.vertex === vertex && old.selected === selected && old.position.x === x && old.position.y === y;
