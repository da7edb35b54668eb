/** A link: what it says, how many took it, and a place to put a step in. */
import { IconPlus } from "@tabler/icons-react";
import { BaseEdge, EdgeLabelRenderer, getSmoothStepPath, type Edge, type EdgeProps } from "@xyflow/react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { useTrail } from "../testing/trail";
import { spotOf, useActs } from "./acts";
import { curve } from "./curve";
import styles from "./Canvas.module.css";
import { isOpen, type Link } from "./graph";
import { useSceneOf } from "./scene";
import { useView } from "./view";

export type FlowLink = Edge<{ link: Link }, "flow">;

export const FlowEdge = memo(function FlowEdge(props: EdgeProps<FlowLink>) {
  const { selected, data, markerEnd } = props;
  const kit = useSceneOf((scene) => scene.kit);
  const link = data?.link;
  const { path, x, y } = useLine(props);
  const isLit = useTrail((trail) => link !== undefined && trail.links.has(link.id));
  if (!link) return null;
  const isEnd = isOpen(link);
  return (
    <>
      <BaseEdge
        path={path}
        {...(markerEnd && !isEnd ? { markerEnd } : {})}
        interactionWidth={18}
        className={styles.line ?? ""}
        data-open={isEnd || undefined}
        data-lit={isLit || undefined}
        data-selected={selected || undefined}
      />
      <EdgeLabelRenderer>
        <div
          className={styles.label}
          style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
        >
          <Words link={link} />
          {!isEnd && kit.mayInsert(link) && <Insert link={link} isSelected={selected ?? false} />}
        </div>
      </EdgeLabelRenderer>
    </>
  );
});

/** Half of an outlet's dot, over which a line begins. */
const DOT = 6;

interface Line {
  path: string;
  x: number;
  y: number;
}

/** The route that the layout found; where somebody moved an end by hand, the shortest way. */
function useLine(props: EdgeProps<FlowLink>): Line {
  const { sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition, source, target, id } = props;
  const route = useSceneOf((scene) => scene.layout?.routes.get(id));
  const isMoved = useView(({ moved }) => source in moved || target in moved);
  if (route && !isMoved) {
    const path = curve({ x: sourceX, y: sourceY - DOT }, route.points, { x: targetX, y: targetY });
    return { path, ...route.label };
  }
  const [path, x, y] = getSmoothStepPath({
    sourceX,
    sourceY,
    targetX,
    targetY,
    sourcePosition,
    targetPosition,
    borderRadius: 14,
  });
  return { path, x, y };
}

function Words({ link }: { link: Link }) {
  useTranslation();
  const kit = useSceneOf((scene) => scene.kit);
  const step = useSceneOf(({ byId }) => byId.get(link.source));
  const ways = useSceneOf((scene) => scene.ways.get(link.source) ?? 0);
  if (!step || !link.exit) return null;
  const words = kit.exitWords(link.exit, step, ways);
  return (
    <>
      {words && (
        <span className={styles.outcome} title={words}>
          {words}
        </span>
      )}
      <kit.LinkCount link={link} words={words} />
    </>
  );
}

function Insert({ link, isSelected }: { link: Link; isSelected: boolean }) {
  const { t } = useTranslation();
  const acts = useActs();
  const dragged = useView((view) => view.dragged !== null);
  return (
    <button
      type="button"
      className={styles.insert}
      data-link={link.id}
      data-waits={dragged || undefined}
      data-selected={isSelected || undefined}
      tabIndex={-1}
      aria-label={t("canvas.insert", { from: link.source, to: link.target })}
      onClick={() => acts.ask(spotOf(link))}
    >
      <IconPlus size={12} />
    </button>
  );
}
