/** A step on the canvas. */
import { IconAlertTriangle, IconCircleX } from "@tabler/icons-react";
import {
  Handle,
  Position,
  useReactFlow,
  useUpdateNodeInternals,
  type Node,
  type NodeProps,
} from "@xyflow/react";
import { memo, useEffect, useRef, type RefObject } from "react";
import { useTranslation } from "react-i18next";
import { useWord } from "../i18n/words";
import { useTrail } from "../testing/trail";
import { cardOf } from "./cards";
import { linkId, type StepVertex } from "./graph";
import { bringIntoView } from "./keys";
import styles from "./Canvas.module.css";
import { worst, type Placed } from "./problems";
import { plainWords } from "./problemWords";
import { isSaid, summaryOf } from "./summary";
import { useSceneOf } from "./scene";
import { useView, useViewStore } from "./view";

export type StepFlowNode = Node<{ vertex: StepVertex }, "step">;

const NONE: readonly Placed[] = [];

export const StepNode = memo(function StepNode({ data: { vertex }, selected }: NodeProps<StepFlowNode>) {
  const { t } = useTranslation();
  const word = useWord();
  const kit = useSceneOf((scene) => scene.kit);
  const type = useSceneOf((scene) => scene.types.get(vertex.step.type));
  const mine = useSceneOf((scene) => scene.problemsOf.get(vertex.id) ?? NONE);
  const slots = useSceneOf((scene) =>
    vertex.exits.map((exit, index) => scene.layout?.slots.get(linkId(vertex.id, exit)) ?? index),
  );
  const { step, exits } = vertex;
  const place = useRef<HTMLDivElement>(null);
  useAwaited(step.id, place);
  const isFocus = useView((view) => view.focus === step.id);
  const trail = useTrail((now) => now.steps[step.id]);
  const { icon: Picture } = cardOf(step.type, type?.category);
  const severity = worst(mine);
  const title = word(kit.words.names, step.type, type?.title);
  const summary = summaryOf(step, type);
  useMovedOutlets(step.id, slots.join());
  return (
    <div
      ref={place}
      className={styles.card}
      data-step={step.id}
      data-category={type?.category ?? "flow"}
      data-severity={severity ?? undefined}
      data-selected={selected || undefined}
      data-trail={trail}
      tabIndex={isFocus ? 0 : -1}
      role="group"
      aria-current={selected || undefined}
      aria-label={[title, step.id, summary, severity && t("problems.count", { count: mine.length })]
        .filter(Boolean)
        .join(", ")}
    >
      <Handle type="target" position={Position.Top} className={styles.inlet} />
      <span className={styles.tile} aria-hidden>
        <Picture size={18} stroke={1.7} />
      </span>
      <span className={styles.words}>
        <span className={styles.title}>
          <span>{title}</span>
          <span className={styles.id}>{step.id}</span>
        </span>
        <span className={summary ? styles.summary : styles.unsaid}>
          {summary || (isSaid(type) ? "" : t("canvas.unsaid"))}
        </span>
      </span>
      {severity && (
        <span className={styles.flag} title={mine.map(plainWords).join("\n")}>
          {severity === "error" ? <IconCircleX size={17} /> : <IconAlertTriangle size={16} />}
        </span>
      )}
      <kit.StepCount step={step} />
      {exits.map((exit, index) => (
        <Handle
          key={exit.path}
          id={exit.path}
          type="source"
          position={Position.Bottom}
          className={styles.outlet}
          style={{ left: `${(((slots[index] ?? index) + 1) / (exits.length + 1)) * 100}%` }}
        />
      ))}
    </div>
  );
});

/** React Flow must look again where outlets are when they have changed places. */
function useMovedOutlets(id: string, order: string): void {
  const update = useUpdateNodeInternals();
  const known = useRef(order);
  useEffect(() => {
    if (known.current === order) return;
    known.current = order;
    update(id);
  }, [id, order, update]);
}

/** A step that was just added gets the focus, and is seen. */
function useAwaited(id: string, place: RefObject<HTMLDivElement | null>): void {
  const view = useViewStore();
  const flow = useReactFlow();
  useEffect(() => {
    if (view.getState().awaited !== id) return;
    view.setState({ awaited: null });
    const element = place.current;
    element?.focus({ preventScroll: true });
    const frame = element?.closest(".react-flow");
    if (element && frame) requestAnimationFrame(() => bringIntoView(id, element, frame, flow));
  }, [id, place, view, flow]);
}
