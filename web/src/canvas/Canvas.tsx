/** The canvas itself: React Flow with our nodes and links, drag and drop, and the keyboard. */
import "@xyflow/react/dist/base.css";
import { Background, ConnectionLineType, MarkerType, ReactFlow, useReactFlow } from "@xyflow/react";
import { useMediaQuery } from "@mantine/hooks";
import { useEffect, useMemo, useRef, useState } from "react";
import styles from "./Canvas.module.css";
import { EntryNode, StubNode } from "./EntryNode";
import { firstView } from "./firstView";
import { FlowEdge, type FlowLink } from "./FlowEdge";
import { useGestures } from "./gestures";
import { isOpen, type Link } from "./graph";
import { useKeys } from "./keys";
import { SmallMap } from "./SmallMap";
import { StepNode } from "./StepNode";
import { Tools } from "./Tools";
import { useFlowNodes, type FlowVertex } from "./useFlowNodes";
import { useScene } from "./scene";

const NODES = { step: StepNode, entry: EntryNode, stub: StubNode };
const EDGES = { flow: FlowEdge };
const SEVERAL = ["Meta", "Control"];
const PRO = { hideAttribution: true };
const MARKER = { type: MarkerType.ArrowClosed, width: 15, height: 15 };
const FIT = { padding: 0.16, maxZoom: 1, minZoom: 0.2 };

export function Canvas({ isLocked }: { isLocked: boolean }) {
  const scene = useScene();
  const flow = useReactFlow<FlowVertex, FlowLink>();
  const place = useRef<HTMLDivElement>(null);
  const positions = scene.layout?.positions ?? null;
  const { nodes, onNodesChange } = useFlowNodes(scene.graph, positions);
  const keys = useKeys(place, positions, isLocked);
  const isNarrow = useMediaQuery("(max-width: 62em)");
  const hasBegun = useRef(false);
  const [edgeOf] = useState(edging);
  const edges = useMemo(() => scene.graph.links.map(edgeOf), [edgeOf, scene.graph]);
  useEffect(() => {
    const frame = place.current?.getBoundingClientRect();
    if (!positions || !frame || hasBegun.current) return;
    hasBegun.current = true;
    void flow.setViewport(firstView(scene.graph.vertices, positions, frame.width, frame.height));
  }, [flow, positions, scene.graph.vertices]);

  const gestures = useGestures(onNodesChange);
  return (
    <div ref={place} className={styles.canvas} {...keys}>
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={NODES}
        edgeTypes={EDGES}
        {...gestures}
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
        multiSelectionKeyCode={SEVERAL}
        zoomOnDoubleClick={false}
        panOnScroll
        minZoom={0.15}
        maxZoom={1.6}
        onlyRenderVisibleElements={nodes.length > 90}
        proOptions={PRO}
        aria-label={scene.kit.name()}
      >
        <Background gap={20} size={1.2} className={styles.dots ?? ""} />
        {!isNarrow && <SmallMap />}
        <Tools
          onFit={() => void flow.fitView({ ...FIT, duration: 250 })}
          onZoom={(step) => void (step > 0 ? flow.zoomIn : flow.zoomOut)({ duration: 150 })}
        />
      </ReactFlow>
    </div>
  );
}

/** Makes React Flow's edges; that of a link that is the same is the same. */
function edging(): (link: Link) => FlowLink {
  const known = new WeakMap<Link, FlowLink>();
  return (link) => {
    const edge = known.get(link) ?? {
      id: link.id,
      type: "flow",
      source: link.source,
      target: link.target,
      sourceHandle: link.exit?.path ?? "start",
      data: { link },
      selectable: !isOpen(link),
      markerEnd: MARKER,
    };
    known.set(link, edge);
    return edge;
  };
}
