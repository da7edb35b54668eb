/** The canvas itself: React Flow with our nodes and links, drag and drop, and the keyboard. */
import "@xyflow/react/dist/base.css";
import {
  Background,
  ConnectionLineType,
  MarkerType,
  MiniMap,
  ReactFlow,
  useReactFlow,
  type Connection,
  type Edge,
  type NodeChange,
} from "@xyflow/react";
import { useMediaQuery } from "@mantine/hooks";
import { useEffect, useMemo, useRef, type DragEvent } from "react";
import { useTranslation } from "react-i18next";
import { spotOf, useActs } from "./acts";
import styles from "./Canvas.module.css";
import { EntryNode, StubNode } from "./EntryNode";
import { firstView } from "./firstView";
import { FlowEdge, type FlowLink } from "./FlowEdge";
import { isOpen, type Link } from "./graph";
import { useKeys } from "./keys";
import { StepNode } from "./StepNode";
import type { Spot } from "./steps";
import { Tools } from "./Tools";
import { useFlowNodes, type FlowVertex } from "./useFlowNodes";
import { useScene } from "./scene";
import { useViewStore } from "./view";

const NODES = { step: StepNode, entry: EntryNode, stub: StubNode };
const EDGES = { flow: FlowEdge };
const MAP = { width: 148, height: 100 };
const FIT = { padding: 0.16, maxZoom: 1, minZoom: 0.2 };

export function Canvas({ isLocked }: { isLocked: boolean }) {
  const { t } = useTranslation();
  const scene = useScene();
  const view = useViewStore();
  const acts = useActs();
  const flow = useReactFlow<FlowVertex, FlowLink>();
  const place = useRef<HTMLDivElement>(null);
  const positions = scene.layout?.positions ?? null;
  const { nodes, onNodesChange } = useFlowNodes(scene.graph, positions);
  const keys = useKeys(place, positions, isLocked);
  const isNarrow = useMediaQuery("(max-width: 62em)");
  const hasBegun = useRef(false);
  const edges = useMemo(
    () =>
      scene.graph.links.map((link): FlowLink => ({
        id: link.id,
        type: "flow",
        source: link.source,
        target: link.target,
        sourceHandle: link.exit?.path ?? "start",
        data: { link },
        selectable: !isOpen(link),
        markerEnd: { type: MarkerType.ArrowClosed, width: 15, height: 15 },
      })),
    [scene.graph],
  );
  useEffect(() => {
    const frame = place.current?.getBoundingClientRect();
    if (!positions || !frame || hasBegun.current) return;
    hasBegun.current = true;
    void flow.setViewport(firstView(positions, frame.width, frame.height));
  }, [flow, positions]);

  /** The way out that a link is drawn from; what follows there already has no say. */
  const begunAt = ({ source, sourceHandle }: Connection | Edge): Spot | null => {
    const found = scene.graph.links.find(
      (link) => link.source === source && (link.exit?.path ?? "start") === sourceHandle,
    );
    return found ? { from: found.source, exit: found.exit } : null;
  };
  const isValid = (wish: Connection | Edge): boolean => {
    const spot = begunAt(wish);
    return spot !== null && scene.kit.mayConnect(scene.graph, scene.types, spot, wish.target);
  };
  const onConnect = (wish: Connection): void => {
    const spot = begunAt(wish);
    if (spot && isValid(wish)) acts.connect(spot, wish.target);
  };
  const onReconnect = (old: FlowLink, wish: Connection): void => {
    const spot = begunAt(wish);
    const link: Link | undefined = old.data?.link;
    if (spot && link && isValid(wish)) acts.reconnect(link, spot, wish.target);
  };
  /** What somebody chose, by clicks or by drawing a box; what the program chooses comes from the view. */
  const onChanges = (changes: NodeChange<FlowVertex>[]): void => {
    const picks = changes.filter((change) => change.type === "select");
    if (picks.length) {
      const chosen = new Set(view.getState().chosen);
      for (const { id, selected } of picks) {
        if (selected) chosen.add(id);
        else chosen.delete(id);
      }
      acts.choose([...chosen]);
    }
    onNodesChange(changes);
  };
  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    const type = view.getState().dragged;
    view.setState({ dragged: null });
    if (!type) return;
    const link = linkUnder(event.clientX, event.clientY);
    const spot = scene.graph.links.find((one) => one.id === link);
    acts.add(
      type,
      spot ? spotOf(spot) : null,
      flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }),
    );
  };
  return (
    <div ref={place} className={styles.canvas} {...keys}>
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={NODES}
        edgeTypes={EDGES}
        onNodesChange={onChanges}
        onConnect={onConnect}
        onReconnect={onReconnect}
        isValidConnection={isValid}
        onNodeDragStop={(_event, _node, moved) =>
          acts.move(Object.fromEntries(moved.map((node) => [node.id, node.position])))
        }
        onDragOver={(event) => event.preventDefault()}
        onDrop={onDrop}
        connectionLineType={ConnectionLineType.SmoothStep}
        connectionRadius={34}
        nodesFocusable={false}
        edgesFocusable={false}
        nodesDraggable={!isLocked}
        nodesConnectable={!isLocked}
        edgesReconnectable={!isLocked}
        disableKeyboardA11y
        deleteKeyCode={null}
        selectionKeyCode="Shift"
        multiSelectionKeyCode={["Meta", "Control"]}
        zoomOnDoubleClick={false}
        panOnScroll
        minZoom={0.15}
        maxZoom={1.6}
        onlyRenderVisibleElements={nodes.length > 90}
        proOptions={{ hideAttribution: true }}
        aria-label={scene.kit.name()}
      >
        <Background gap={20} size={1.2} className={styles.dots ?? ""} />
        {!isNarrow && (
          <MiniMap
            pannable
            zoomable
            className={styles.map ?? ""}
            style={MAP}
            ariaLabel={t("canvas.map")}
            nodeBorderRadius={10}
          />
        )}
        <Tools
          onFit={() => void flow.fitView({ ...FIT, duration: 250 })}
          onZoom={(step) => void (step > 0 ? flow.zoomIn : flow.zoomOut)({ duration: 150 })}
        />
      </ReactFlow>
    </div>
  );
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
