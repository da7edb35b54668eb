/** What the time line says of an example, in words: for those who do not see it, and beside it. */
import i18next from "i18next";
import type { TimeLineAnswer } from "../api/types";
import { word } from "../i18n/words";
import type { Doc } from "../model";
import { happeningsWords } from "./summaries";

type Example = TimeLineAnswer["examples"][number];

export interface Ending {
  kind: "leaves" | "refused" | "nothing";
  /** Where the way ends; of a message that does not leave, where it would have. */
  at: string | null;
}

export function ending({ leaves, refused, due_at }: Example): Ending {
  const [first] = leaves;
  if (first) return { kind: "leaves", at: first.at };
  const [reason] = refused;
  return { kind: reason ? "refused" : "nothing", at: due_at ?? reason?.at ?? null };
}

export function exampleWords(
  example: Example,
  zone: string,
): { name: string; trigger: string; result: string } {
  const name = (i18next.t as (key: string) => string)(`triggered.line.names.${example.name}`);
  return { name, trigger: clock(example.at, zone), result: resultWords(example, zone) };
}

function resultWords(example: Example, zone: string): string {
  const t = i18next.t;
  const end = ending(example);
  const [reason] = example.refused;
  if (end.kind === "nothing" || end.at === null) return t("triggered.line.nothing");
  if (end.kind === "refused" && reason)
    return t("triggered.line.refused", { reason: word("reasons", reason.reason), at: clock(end.at, zone) });
  const wait = Date.parse(end.at) - Date.parse(example.at);
  const key = wait === 0 ? "triggered.line.leavesNow" : "triggered.line.leaves";
  return t(key, { at: clock(end.at, zone), later: later(wait) });
}

export function clock(at: string, zone: string): string {
  return new Intl.DateTimeFormat(i18next.language, {
    weekday: "short",
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone: zone,
  }).format(new Date(at));
}

/** The exceptions that kept a message from leaving when they were played, each once. */
export function exceptedWords({ examples }: TimeLineAnswer, { unless }: Doc): string {
  const indexes = examples.flatMap((one) =>
    one.excepted.filter((each) => each.cancelled).map((each) => each.index),
  );
  const list = Array.isArray(unless) ? unless : [];
  return happeningsWords([...new Set(indexes)].flatMap((index) => list[index] ?? []));
}

const UNITS: [Intl.NumberFormatOptions["unit"], number][] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

/** A length of time in its two largest units. */
export function later(milliseconds: number): string {
  let rest = Math.round(milliseconds / 60_000) * 60_000;
  const parts: string[] = [];
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0 && parts.length < 2)
      parts.push(
        new Intl.NumberFormat(i18next.language, {
          style: "unit",
          unit,
          unitDisplay: "short",
        }).format(count),
      );
  }
  return parts.join(" ");
}
