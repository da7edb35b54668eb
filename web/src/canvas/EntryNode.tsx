/** Where profiles come in, and the open ends where a step can be added. */
import { IconPlus } from "@tabler/icons-react";
import { Handle, Position, type Node, type NodeProps } from "@xyflow/react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { useActs } from "./acts";
import styles from "./Canvas.module.css";
import { ENTRY, linkId, type EntryVertex, type StubVertex } from "./graph";
import { worst } from "./problems";
import { useSceneOf } from "./scene";
import { useView } from "./view";

export type EntryFlowNode = Node<{ vertex: EntryVertex }, "entry">;
export type StubFlowNode = Node<{ vertex: StubVertex }, "stub">;

export const EntryNode = memo(function EntryNode({ selected }: NodeProps<EntryFlowNode>) {
  const { t } = useTranslation();
  const kit = useSceneOf((scene) => scene.kit);
  const words = useSceneOf((scene) => scene.kit.start.words(scene.document));
  const severity = useSceneOf((scene) => worst(scene.problemsOf.get(null) ?? []));
  const isFocus = useView((view) => view.focus === ENTRY);
  const { icon: Picture } = kit.start;
  return (
    <div
      className={styles.card}
      data-step={ENTRY}
      data-category="entry"
      data-severity={severity ?? undefined}
      data-selected={selected || undefined}
      tabIndex={isFocus ? 0 : -1}
      role="group"
      aria-current={selected || undefined}
      aria-label={[kit.start.title(), words].join(", ")}
    >
      <span className={styles.tile} aria-hidden>
        <Picture size={18} stroke={1.7} />
      </span>
      <span className={styles.words}>
        <span className={styles.title}>
          <span>{kit.start.title()}</span>
        </span>
        <span className={words ? styles.summary : styles.unsaid}>{words || t("canvas.unsaid")}</span>
      </span>
      <kit.StartCount />
      <Handle id="start" type="source" position={Position.Bottom} className={styles.outlet} />
    </div>
  );
});

export const StubNode = memo(function StubNode({ data: { vertex } }: NodeProps<StubFlowNode>) {
  const { t } = useTranslation();
  const kit = useSceneOf((scene) => scene.kit);
  const acts = useActs();
  const isFocus = useView((view) => view.focus === vertex.id);
  const dragged = useView((view) => view.dragged !== null);
  const step = useSceneOf(({ byId }) => byId.get(vertex.from));
  const ways = useSceneOf((scene) => scene.ways.get(vertex.from) ?? 0);
  const way = step && vertex.exit ? kit.exitWords(vertex.exit, step, ways) : null;
  const from = way ? `${vertex.from}: ${way}` : vertex.from;
  return (
    <button
      type="button"
      className={`${styles.stub ?? ""} nodrag`}
      data-step={vertex.id}
      data-link={linkId(vertex.from, vertex.exit)}
      data-waits={dragged || undefined}
      tabIndex={isFocus ? 0 : -1}
      aria-label={t("canvas.addAfter", { id: vertex.from === ENTRY ? kit.start.title() : from })}
      onClick={() => acts.ask({ from: vertex.from, exit: vertex.exit })}
    >
      <Handle type="target" position={Position.Top} className={styles.hidden} isConnectable={false} />
      <IconPlus size={15} />
    </button>
  );
});
