/** A chart with its numbers: the picture for who sees it, and the table behind it for everybody. */
import { ActionIcon, Skeleton, Table, Tooltip, useComputedColorScheme } from "@mantine/core";
import { IconChartBar, IconTable } from "@tabler/icons-react";
import { lazy, Suspense, useId, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { number } from "../i18n/format";
import { amount, type Unit } from "./amount";
import styles from "./Chart.module.css";
import { colorAt } from "./palette";

const Plot = lazy(() => import("./Plot"));

export interface Line {
  name: string;
  values: (number | null)[];
  isBad?: boolean;
}

export interface Plotted {
  kind: "line" | "bar";
  labels: string[];
  series: Line[];
  unit?: Unit;
  isStacked?: boolean;
  onPick?: (series: number, place: number) => void;
}

interface Props extends Plotted {
  title: string;
  /** What the places are: the head of the table's first column. */
  places: string;
  height?: number;
  /** Beside the title. */
  children?: ReactNode;
}

export function Chart({ title, places, height = 200, children, ...plotted }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const [isTable, setTable] = useState(false);
  const label = isTable ? t("charts.picture") : t("charts.table");
  return (
    <figure className={styles.figure} aria-labelledby={id}>
      <div className={styles.head}>
        <figcaption id={id} className={styles.title}>
          {title}
        </figcaption>
        <div className={styles.tools}>
          {children}
          <Tooltip label={label}>
            <ActionIcon aria-label={`${label}: ${title}`} onClick={() => setTable(!isTable)}>
              {isTable ? <IconChartBar size={16} /> : <IconTable size={16} />}
            </ActionIcon>
          </Tooltip>
        </div>
      </div>
      {isTable ? (
        <Numbers labelledBy={id} places={places} {...plotted} height={height} />
      ) : (
        <>
          <Suspense fallback={<Skeleton height={height} />}>
            <Plot {...plotted} height={height} />
          </Suspense>
          <Legend series={plotted.series} />
        </>
      )}
    </figure>
  );
}

function Legend({ series }: { series: Line[] }) {
  const scheme = useComputedColorScheme("light");
  if (series.length < 2) return null;
  return (
    <ul className={styles.legend}>
      {series.map(({ name, isBad }, index) => (
        <li key={name}>
          <span style={{ background: colorAt(index, scheme, isBad) }} aria-hidden />
          {name}
        </li>
      ))}
    </ul>
  );
}

interface NumbersProps extends Plotted {
  places: string;
  height: number;
  labelledBy: string;
}

function Numbers({ places, labels, series, unit, onPick, height, labelledBy }: NumbersProps) {
  return (
    <div
      className={styles.table}
      style={{ maxHeight: Math.max(height, 240) }}
      tabIndex={0}
      role="group"
      aria-labelledby={labelledBy}
    >
      <Table fz="xs" stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{places}</Table.Th>
            {series.map(({ name }) => (
              <Table.Th key={name} scope="col" ta="end">
                {name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {labels.map((label, place) => (
            <Table.Tr key={place}>
              <Table.Th scope="row" fw={400} className="numbers">
                {label}
              </Table.Th>
              {series.map(({ name, values }, index) => {
                const value = values[place] ?? null;
                const shown = value === null ? "–" : unit ? amount(value, unit) : number(value);
                return (
                  <Table.Td key={name} ta="end" className="numbers">
                    {onPick && value ? (
                      <button
                        type="button"
                        className={styles.number}
                        aria-label={`${name}, ${label}: ${shown}`}
                        onClick={() => onPick(index, place)}
                      >
                        {shown}
                      </button>
                    ) : (
                      shown
                    )}
                  </Table.Td>
                );
              })}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
