/** What differs between two versions, as a picture of the canvas; a step that is chosen shows its own changes. */
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useCatalog } from "../api/hooks";
import type { Catalog, Change } from "../api/types";
import { campaignNotation } from "../campaigns/notation";
import { cardOf } from "../canvas/cards";
import { curve } from "../canvas/curve";
import { ENTRY, type Types, type Vertex } from "../canvas/graph";
import { journeyNotation } from "../canvas/journeyNotation";
import type { Notation } from "../canvas/kit";
import { layOut, STEP, type Layout } from "../canvas/layout";
import { readYaml } from "../editor/yamlText";
import { useWord } from "../i18n/words";
import { listOf } from "../model";
import { Loading } from "../shell/States";
import { Changes } from "./Changes";
import { differenceOf, isOf, type Difference } from "./difference";
import styles from "./difference.module.css";

/** How documents that are drawn say their graph. */
const NOTATIONS: Readonly<Record<string, { by: Notation; names: "nodes" | "activities" }>> = {
  journey: { by: journeyNotation, names: "nodes" },
  campaign: { by: campaignNotation, names: "activities" },
};

interface Props {
  kind: string;
  before: string;
  after: string;
  changes: readonly Change[];
}

export default function DifferencePicture(props: Props) {
  const catalog = useCatalog().data;
  if (!NOTATIONS[props.kind]) return <Changes changes={props.changes} />;
  return catalog ? <Picture {...props} catalog={catalog} /> : <Loading height={200} />;
}

function Picture({ kind, before, after, changes, catalog }: Props & { catalog: Catalog }) {
  const { t } = useTranslation();
  const { by, names } = NOTATIONS[kind] ?? { by: journeyNotation, names: "nodes" as const };
  const types = useMemo(() => new Map(by.types(catalog).map((type) => [type.type, type])), [by, catalog]);
  const [old, now] = useMemo(() => [readYaml(before).document, readYaml(after).document], [before, after]);
  const difference = useMemo(
    () => (old && now ? differenceOf(old, now, by, types) : null),
    [old, now, by, types],
  );
  const layout = useLayout(difference);
  const [chosen, choose] = useState<string | null>(null);
  const list = listOf(now ?? {});
  const shown = chosen === null ? changes : changes.filter(({ path }) => isOf(path, chosen, list));
  return (
    <>
      {difference && layout && (
        <Drawn
          {...{ difference, layout, types, names, chosen }}
          choose={(id) => choose(id === chosen ? null : id)}
        />
      )}
      {chosen !== null && (
        <h4 className={styles.of}>
          {t("versions.ofStep", { id: chosen === ENTRY ? t("versions.entry") : chosen })}
        </h4>
      )}
      <Changes changes={shown} />
    </>
  );
}

function useLayout(difference: Difference | null): Layout | null {
  const [layout, setLayout] = useState<Layout | null>(null);
  useEffect(() => {
    let isCurrent = true;
    if (difference) void layOut(difference.graph).then((found) => isCurrent && setLayout(found));
    return () => {
      isCurrent = false;
    };
  }, [difference]);
  return layout;
}

interface DrawnProps {
  difference: Difference;
  layout: Layout;
  types: Types;
  names: "nodes" | "activities";
  chosen: string | null;
  choose: (id: string) => void;
}

const MARGIN = 16;

function Drawn({ difference, layout, types, names, chosen, choose }: DrawnProps) {
  const { t } = useTranslation();
  const { graph, steps, links } = difference;
  const places = [...layout.positions.values()];
  const [left, top] = [Math.min(...places.map(({ x }) => x)), Math.min(...places.map(({ y }) => y))];
  const at = (id: string) => {
    const { x, y } = layout.positions.get(id) ?? { x: left, y: top };
    return { x: x - left + MARGIN, y: y - top + MARGIN };
  };
  const width = Math.max(...places.map(({ x }) => x)) - left + STEP.width + 2 * MARGIN;
  const height = Math.max(...places.map(({ y }) => y)) - top + STEP.height + 2 * MARGIN;
  return (
    <div className={styles.frame} tabIndex={0} role="group" aria-label={t("versions.picture")}>
      <div className={styles.picture} style={{ width, height }}>
        <svg width={width} height={height} aria-hidden>
          {graph.links.map((link) => {
            const [from, to] = [at(link.source), at(link.target)];
            const points = (layout.routes.get(link.id)?.points ?? []).map(({ x, y }) => ({
              x: x - left + MARGIN,
              y: y - top + MARGIN,
            }));
            const begin = { x: from.x + STEP.width / 2, y: from.y + STEP.height };
            const end = { x: to.x + STEP.width / 2, y: to.y };
            return <path key={link.id} d={curve(begin, points, end)} data-fate={links.get(link.id)} />;
          })}
        </svg>
        {graph.vertices.map((vertex) => (
          <Card
            key={vertex.id}
            vertex={vertex}
            place={at(vertex.id)}
            fate={steps.get(vertex.id) ?? "same"}
            isChosen={vertex.id === chosen}
            {...{ types, names, choose }}
          />
        ))}
      </div>
    </div>
  );
}

interface CardProps extends Pick<DrawnProps, "types" | "names" | "choose"> {
  vertex: Vertex;
  place: { x: number; y: number };
  fate: "same" | "added" | "removed" | "changed";
  isChosen: boolean;
}

function Card({ vertex, place, fate, isChosen, types, names, choose }: CardProps) {
  const { t } = useTranslation();
  const word = useWord();
  const step = vertex.kind === "step" ? vertex.step : null;
  const type = step ? types.get(step.type) : undefined;
  const { icon: Sign } = cardOf(step?.type ?? "", type?.category);
  return (
    <button
      type="button"
      className={styles.card}
      style={{ left: place.x, top: place.y, width: STEP.width, height: STEP.height }}
      data-fate={fate}
      data-differs={vertex.id}
      aria-pressed={isChosen}
      disabled={fate === "same"}
      onClick={() => choose(vertex.id)}
    >
      {step && <Sign size={18} aria-hidden />}
      <span className={styles.words}>
        <span>{step ? word(names, step.type, type?.title) : t("versions.entry")}</span>
        {step && <small className="code">{step.id}</small>}
      </span>
      <small className={styles.fate}>{t(`versions.${fate}`)}</small>
    </button>
  );
}
