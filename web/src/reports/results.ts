/** How results of an experiment are written, and where their intervals are drawn. */
import i18next from "i18next";
import type { Experiment } from "../api/types";

export type Goal = Experiment["goals"][number];
export type GroupResult = Goal["groups"][number];
export type Interval = NonNullable<GroupResult["fixed"]>;

const language = (): string => i18next.language || "en";

/** A group as people call it: the control group, the one message of who has no variants, a variant by its name. */
export function groupName(name: string): string {
  if (name === "control") return i18next.t("experiment.control");
  return name === "variant 0" ? i18next.t("experiment.message") : name;
}

/** A rate as a percentage, an amount with two decimals. */
export const measured = (value: number, measure: Goal["measure"]): string =>
  amount(value, { ...(measure === "rate" ? { style: "percent" } : {}) });

/** How far two of them are apart, with its sign; between rates these are points, not percent of a rate. */
export function apart(value: number, measure: Goal["measure"]): string {
  if (measure !== "rate") return amount(value, { signDisplay: "exceptZero" });
  return i18next.t("experiment.points", { value: amount(value * 100, { signDisplay: "exceptZero" }) });
}

const amount = (value: number, options: Intl.NumberFormatOptions): string =>
  new Intl.NumberFormat(language(), {
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
    ...options,
  }).format(value);

export const lift = (value: number): string =>
  new Intl.NumberFormat(language(), {
    style: "percent",
    maximumFractionDigits: 1,
    signDisplay: "exceptZero",
  }).format(value);

export function probability(p: number): string {
  if (p < 0.001) return "< 0.001";
  return new Intl.NumberFormat(language(), { maximumSignificantDigits: 3 }).format(p);
}

/** The part of the line of numbers on which all intervals of a goal, and 0, have room. */
export function reach(goal: Goal): [number, number] {
  const ends = goal.groups.flatMap(({ fixed, anytime, difference }) => [
    difference ?? 0,
    ...[fixed, anytime].flatMap((one) => (one ? [one.low, one.high] : [])),
  ]);
  const [low, high] = [Math.min(0, ...ends), Math.max(0, ...ends)];
  const room = (high - low || 1) * 0.06;
  return [low - room, high + room];
}

/** What an interval says: more, less, or that it cannot be told. */
export function verdict(interval: Interval | null): "better" | "worse" | "open" {
  if (!interval) return "open";
  if (interval.low > 0) return "better";
  return interval.high < 0 ? "worse" : "open";
}
