/** What one does on the canvas with a pointer. The functions stay the same ones, as React Flow looks at each that changes. */
import { useReactFlow, type Connection, type Edge, type NodeChange } from "@xyflow/react";
import { useLayoutEffect, useMemo, useRef, type DragEvent } from "react";
import { spotOf, useActs } from "./acts";
import type { FlowLink } from "./FlowEdge";
import { useScene } from "./scene";
import type { Spot } from "./steps";
import type { FlowVertex } from "./useFlowNodes";
import { useViewStore } from "./view";

export function useGestures(onNodesChange: (changes: NodeChange<FlowVertex>[]) => void) {
  const scene = useScene();
  const view = useViewStore();
  const acts = useActs();
  const { screenToFlowPosition } = useReactFlow<FlowVertex, FlowLink>();
  const newest = useRef({ scene, acts });
  useLayoutEffect(() => {
    newest.current = { scene, acts };
  });
  return useMemo(() => {
    const linksNow = () => newest.current.scene.graph.links;
    /** The way out that a link is drawn from; what follows there already has no say. */
    const begunAt = ({ source, sourceHandle }: Connection | Edge): Spot | null => {
      const found = linksNow().find(
        (link) => link.source === source && (link.exit?.path ?? "start") === sourceHandle,
      );
      return found ? { from: found.source, exit: found.exit } : null;
    };
    const isValidConnection = (wish: Connection | Edge): boolean => {
      const { kit, graph, types } = newest.current.scene;
      const spot = begunAt(wish);
      return spot !== null && kit.mayConnect(graph, types, spot, wish.target);
    };
    return {
      isValidConnection,
      onConnect: (wish: Connection): void => {
        const spot = begunAt(wish);
        if (spot && isValidConnection(wish)) newest.current.acts.connect(spot, wish.target);
      },
      onReconnect: (old: FlowLink, wish: Connection): void => {
        const spot = begunAt(wish);
        const link = old.data?.link;
        if (spot && link && isValidConnection(wish)) newest.current.acts.reconnect(link, spot, wish.target);
      },
      /** What somebody chose, by clicks or by drawing a box; what the program chooses comes from the view. */
      onNodesChange: (changes: NodeChange<FlowVertex>[]): void => {
        const picks = changes.filter((change) => change.type === "select");
        if (picks.length) {
          const chosen = new Set(view.getState().chosen);
          for (const { id, selected } of picks) {
            if (selected) chosen.add(id);
            else chosen.delete(id);
          }
          newest.current.acts.choose([...chosen]);
        }
        onNodesChange(changes);
      },
      onNodeDragStop: (_event: unknown, _node: unknown, moved: FlowVertex[]): void =>
        newest.current.acts.move(Object.fromEntries(moved.map((node) => [node.id, node.position]))),
      onDragOver: (event: DragEvent): void => event.preventDefault(),
      onDrop: (event: DragEvent): void => {
        event.preventDefault();
        const type = view.getState().dragged;
        view.setState({ dragged: null });
        if (!type) return;
        const link = linkUnder(event.clientX, event.clientY);
        const spot = linksNow().find((one) => one.id === link);
        const at = screenToFlowPosition({ x: event.clientX, y: event.clientY });
        newest.current.acts.add(type, spot ? spotOf(spot) : null, at);
      },
    };
  }, [view, onNodesChange, screenToFlowPosition]);
}

/** The link whose place to put a step in is under the pointer. */
function linkUnder(x: number, y: number): string | undefined {
  for (const element of document.elementsFromPoint(x, y)) {
    const near = element.closest<HTMLElement>("[data-link]");
    if (near) return near.dataset.link;
    const edge = element.closest<HTMLElement>(".react-flow__edge");
    if (edge) return edge.dataset.id;
  }
  return undefined;
}
