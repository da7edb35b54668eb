/** Colours of series: far enough apart in both colour schemes, also for who does not tell red from green. */
export type Scheme = "light" | "dark";

const COLORS: Record<Scheme, readonly string[]> = {
  light: ["#0f6e78", "#c2571a", "#5b5bd6", "#8a6d00", "#b4287a", "#3f7d20", "#5c6b7a"],
  dark: ["#4eaeb5", "#f0965c", "#9c9cf5", "#d9b13b", "#e879b5", "#8ac968", "#a8b0bd"],
};
const BAD: Record<Scheme, string> = { light: "#c92a2a", dark: "#ff8787" };

export interface Ink {
  text: string;
  line: string;
  surface: string;
}

export const INKS: Record<Scheme, Ink> = {
  light: { text: "#5b6874", line: "#e4e9ed", surface: "#ffffff" },
  dark: { text: "#a8b0bd", line: "#2f3846", surface: "#232b37" },
};

export const colorAt = (index: number, scheme: Scheme, isBad = false): string =>
  isBad ? BAD[scheme] : (COLORS[scheme][index % COLORS[scheme].length] ?? "#667482");
