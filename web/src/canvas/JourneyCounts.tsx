/** Live counts of a journey: how many came, how many are here, how many took a way; a click tells who. */
import { useTranslation } from "react-i18next";
import { showCrowd } from "../crowd/crowd";
import { useEditing } from "../editor/EditorProvider";
import { number, short } from "../i18n/format";
import type { Step } from "../model";
import styles from "./Canvas.module.css";
import type { Link } from "./graph";
import { useSceneOf } from "./scene";

export function StepCount({ step }: { step: Step }) {
  const entered = useSceneOf(({ counts }) => counts.get(step.id)?.entered ?? 0);
  const waiting = useSceneOf(({ counts }) => counts.get(step.id)?.waiting ?? 0);
  if (entered === 0) return null;
  return <Crowds node={step.id} entered={entered} waiting={waiting} />;
}

function Crowds({ node, entered, waiting }: { node: string; entered: number; waiting: number }) {
  const { t } = useTranslation();
  const document = useEditing((editing) => editing.saved.id);
  return (
    <span className={styles.counts}>
      <Taken value={entered} node={node} />
      {waiting > 0 && (
        <button
          type="button"
          className={`${styles.waiting ?? ""} numbers nodrag`}
          aria-label={t("counts.waitingHere", { value: number(waiting) })}
          title={t("counts.waitingHere", { value: number(waiting) })}
          onClick={(event) => {
            event.stopPropagation();
            showCrowd({ document, title: node, ask: { node } });
          }}
        >
          {short(waiting)}
        </button>
      )}
    </span>
  );
}

export function LinkCount({ link, words }: { link: Link; words: string | null }) {
  const { t } = useTranslation();
  const document = useEditing((editing) => editing.saved.id);
  const outcome = link.exit?.outcome ?? "";
  const taken = useSceneOf(({ counts }) => counts.get(link.source)?.left[outcome]);
  if (!taken) return null;
  const said = t("counts.tookThis", { value: number(taken) });
  const title = `${link.source} → ${words ?? outcome}`;
  return (
    <button
      type="button"
      className={`${styles.taken ?? ""} numbers`}
      aria-label={said}
      title={said}
      onClick={() => showCrowd({ document, title, ask: { node: link.source, edge: outcome } })}
    >
      {short(taken)}
    </button>
  );
}

export function StartCount() {
  const entered = useSceneOf((scene) => scene.entered);
  if (!entered) return null;
  return (
    <span className={styles.counts}>
      <Taken value={entered} node={null} />
    </span>
  );
}

/** How many came to a step, or into the journey. */
function Taken({ value, node }: { value: number; node: string | null }) {
  const { t } = useTranslation();
  const document = useEditing((editing) => editing.saved.id);
  const said = t("counts.enteredHere", { value: number(value) });
  return (
    <button
      type="button"
      className={`${styles.entered ?? ""} numbers nodrag`}
      aria-label={said}
      title={said}
      onClick={(event) => {
        event.stopPropagation();
        const behind = node === null ? "entered" : "arrived";
        showCrowd({ document, title: node ?? said, ask: { behind, node } });
      }}
    >
      {short(value)}
    </button>
  );
}
