/** The time line drawn: a row for each example trigger, from the trigger to the message or to what keeps it. */
import { useElementSize } from "@mantine/hooks";
import i18next from "i18next";
import { useTranslation } from "react-i18next";
import type { TimeLineAnswer } from "../api/types";
import { closedParts, scaleOf, ticksOf, type Scale, type Tick } from "./scale";
import { ending, exampleWords } from "./lineWords";
import styles from "./triggered.module.css";

type Example = TimeLineAnswer["examples"][number];

const ROW = 42;
const HEAD = 26;
const GUTTER = 352;
const LABEL_PX = 92;

export function Picture({ line }: { line: TimeLineAnswer }) {
  const { t } = useTranslation();
  const { ref, width } = useElementSize<HTMLDivElement>();
  const isNarrow = width < 640;
  const gutter = isNarrow ? 0 : GUTTER;
  const broad = Math.max(width - gutter - 12, 120);
  const row = isNarrow ? ROW + 22 : ROW;
  const scale = scaleOf(line);
  const ticks = ticksOf(scale, line.timezone, Math.max(2, Math.floor(broad / LABEL_PX)));
  const height = HEAD + row * line.examples.length + 4;
  const x = (at: string | number): number => gutter + scale.at(at) * broad;
  return (
    <div ref={ref}>
      {width > 0 && (
        <svg
          width={width}
          height={height}
          className={styles.picture}
          role="group"
          aria-label={t("triggered.line.title")}
        >
          <defs>
            <pattern
              id="closed"
              width="7"
              height="7"
              patternTransform="rotate(45)"
              patternUnits="userSpaceOnUse"
            >
              <line x1="0" y1="0" x2="0" y2="7" className={styles.hatch} />
            </pattern>
          </defs>
          <Closed line={line} scale={scale} left={gutter} broad={broad} height={height} />
          {ticks.map((tick) => (
            <g key={tick.at} data-tick>
              <line
                x1={x(tick.at)}
                x2={x(tick.at)}
                y1={HEAD - 6}
                y2={height}
                className={styles.grid}
                data-day={tick.isDay || undefined}
              />
              <text x={x(tick.at)} y={14} className={styles.tick} textAnchor="middle">
                {tickWords(tick, line.timezone)}
              </text>
            </g>
          ))}
          {line.examples.map((example, index) => (
            <Row
              key={index}
              example={example}
              zone={line.timezone}
              y={HEAD + row * index + (isNarrow ? row - 16 : row / 2)}
              top={HEAD + row * index}
              x={x}
            />
          ))}
        </svg>
      )}
    </div>
  );
}

interface ClosedProps {
  line: TimeLineAnswer;
  scale: Scale;
  left: number;
  broad: number;
  height: number;
}

/** Where nothing may leave is hatched; where triggers do not count is dark. */
function Closed({ line, scale, left, broad, height }: ClosedProps) {
  const { t } = useTranslation();
  const outside: [number, number][] = line.during
    ? [
        [0, scale.at(line.during.from)],
        [scale.at(line.during.until), 1],
      ]
    : [];
  const bar = ([from, until]: [number, number], name: string, label: string) =>
    until > from && (
      <rect
        key={`${name}${from}`}
        x={left + from * broad}
        width={(until - from) * broad}
        y={HEAD - 6}
        height={height - HEAD + 6}
        className={styles[name]}
      >
        <title>{label}</title>
      </rect>
    );
  return (
    <>
      {closedParts(scale, line.open).map((part) => bar(part, "closed", t("triggered.line.closed")))}
      {outside.map((part) => bar(part, "outside", t("triggered.line.outside")))}
    </>
  );
}

interface RowProps {
  example: Example;
  zone: string;
  y: number;
  top: number;
  x: (at: string) => number;
}

function Row({ example, zone, y, top, x }: RowProps) {
  const { t } = useTranslation();
  const end = ending(example);
  const said = exampleWords(example, zone);
  const cancelled = example.excepted.filter((one) => one.cancelled);
  const from = x(example.at);
  const until = end.at ? x(end.at) : from;
  return (
    <g
      role="img"
      aria-label={`${said.name}, ${said.trigger}: ${said.result}`}
      data-example={example.name}
      data-end={end.kind}
    >
      <line x1={0} x2="100%" y1={top} y2={top} className={styles.rule} />
      <text x={2} y={top + 17} className={styles.exampleName}>
        {said.name} <tspan className={styles.exampleTime}>{said.trigger}</tspan>
      </text>
      <text x={2} y={top + 33} className={styles.result} data-end={end.kind}>
        {said.result}
      </text>
      <line x1={from} x2={until} y1={y} y2={y} className={styles.way} data-end={end.kind} />
      {cancelled.length > 0 && (
        <line x1={from + 7} x2={until - 10} y1={y} y2={y} className={styles.exceptable}>
          <title>{t("triggered.line.excepted")}</title>
        </line>
      )}
      <circle cx={from} cy={y} r={5.5} className={styles.trigger}>
        <title>{t("triggered.line.trigger", { at: said.trigger })}</title>
      </circle>
      {end.kind === "leaves" ? (
        <g transform={`translate(${until - 10} ${y - 8})`} className={styles.letter}>
          <title>{said.result}</title>
          <rect width={20} height={15} rx={3} />
          <path d="M2.5 3.5 10 9l7.5-5.5" />
        </g>
      ) : (
        <g transform={`translate(${until} ${y})`} className={styles.refused}>
          <title>{said.result}</title>
          <circle r={7.5} />
          <path d="M-3 -3 3 3M3 -3 -3 3" />
        </g>
      )}
    </g>
  );
}

function tickWords({ at, isDay }: Tick, zone: string): string {
  const form: Intl.DateTimeFormatOptions = isDay
    ? { weekday: "short", month: "short", day: "numeric" }
    : { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  return new Intl.DateTimeFormat(i18next.language, { ...form, timeZone: zone }).format(at);
}
