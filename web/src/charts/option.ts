/** What ECharts is told: lines or bars over named places, in the colours of the page. */
import type { EChartsCoreOption } from "echarts/core";
import { FONT } from "../shell/theme";
import { amount } from "./amount";
import type { Plotted } from "./Chart";
import { colorAt, INKS, type Scheme } from "./palette";

export function optionOf(
  plotted: Omit<Plotted, "onPick">,
  scheme: Scheme,
  isCalm: boolean,
): EChartsCoreOption {
  const { kind, labels, series, isStacked, unit } = plotted;
  const ink = INKS[scheme];
  const text = { color: ink.text, fontFamily: FONT, fontSize: 11 };
  const shown = (value: number): string => amount(value, unit);
  return {
    animation: !isCalm && kind === "bar",
    animationDuration: 250,
    textStyle: { fontFamily: FONT },
    grid: { left: 6, right: 14, top: 12, bottom: 4, containLabel: true },
    tooltip: {
      trigger: "axis",
      appendTo: "body",
      backgroundColor: ink.surface,
      borderColor: ink.line,
      textStyle: { ...text, color: scheme === "dark" ? "#e4e9ed" : "#1e2730", fontSize: 12 },
      valueFormatter: (value: unknown) => (typeof value === "number" ? shown(value) : "–"),
    },
    xAxis: {
      type: "category",
      data: labels,
      boundaryGap: kind === "bar",
      axisLine: { lineStyle: { color: ink.line } },
      axisTick: { show: false },
      axisLabel: { ...text, hideOverlap: true },
    },
    yAxis: {
      type: "value",
      minInterval: unit === undefined && kind === "bar" ? 1 : 0,
      splitNumber: 3,
      splitLine: { lineStyle: { color: ink.line } },
      axisLabel: { ...text, formatter: shown },
    },
    series: series.map(({ name, values, isBad }, index) => ({
      name,
      type: kind,
      // A zero has no bar: the least height is of what is small, and not of nothing.
      data: kind === "bar" ? values.map((value) => (value === 0 ? null : value)) : values,
      color: colorAt(index, scheme, isBad),
      symbol: "circle",
      showSymbol: labels.length < 2,
      symbolSize: 5,
      lineStyle: { width: 1.8 },
      barMaxWidth: 34,
      barMinHeight: 1,
      itemStyle: kind === "bar" ? { borderRadius: isStacked ? 0 : [3, 3, 0, 0] } : {},
      ...(isStacked ? { stack: "all" } : {}),
    })),
  };
}
