/** Live counts of a journey: how many came, how many are here, how many took a way; a click tells who. */
import { useTranslation } from "react-i18next";
import { number, short } from "../i18n/format";
import type { Step } from "../model";
import styles from "./Canvas.module.css";
import type { Link } from "./graph";
import { useSceneOf } from "./scene";
import { useViewStore } from "./view";

export function StepCount({ step }: { step: Step }) {
  const entered = useSceneOf(({ counts }) => counts.get(step.id)?.entered ?? 0);
  const waiting = useSceneOf(({ counts }) => counts.get(step.id)?.waiting ?? 0);
  if (entered === 0) return null;
  return <Crowds node={step.id} entered={entered} waiting={waiting} />;
}

function Crowds({ node, entered, waiting }: { node: string; entered: number; waiting: number }) {
  const { t } = useTranslation();
  const view = useViewStore();
  return (
    <span className={styles.counts}>
      <span className="numbers" title={t("counts.enteredHere", { value: number(entered) })}>
        {short(entered)}
      </span>
      {waiting > 0 && (
        <button
          type="button"
          className={`${styles.waiting ?? ""} numbers nodrag`}
          aria-label={t("counts.waitingHere", { value: number(waiting) })}
          title={t("counts.waitingHere", { value: number(waiting) })}
          onClick={(event) => {
            event.stopPropagation();
            view.setState({ crowd: { node, edge: null, title: node } });
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
  const view = useViewStore();
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
      onClick={() => view.setState({ crowd: { node: link.source, edge: outcome, title } })}
    >
      {short(taken)}
    </button>
  );
}

export function StartCount() {
  const { t } = useTranslation();
  const entered = useSceneOf((scene) => scene.entered);
  if (!entered) return null;
  return (
    <span
      className={`${styles.counts ?? ""} numbers`}
      title={t("counts.enteredHere", { value: number(entered) })}
    >
      {short(entered)}
    </span>
  );
}
