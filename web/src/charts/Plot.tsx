/** The picture of a chart. ECharts is loaded with it, and of ECharts only what is drawn here. */
import { useComputedColorScheme } from "@mantine/core";
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import { init, use as install, type ECharts } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";
import type { Plotted } from "./Chart";
import { optionOf } from "./option";

install([BarChart, LineChart, GridComponent, TooltipComponent, SVGRenderer]);

export default function Plot(props: Plotted & { height: number }) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts | null>(null);
  const pick = useRef(props.onPick);
  const scheme = useComputedColorScheme("light");
  useEffect(() => {
    pick.current = props.onPick;
  }, [props.onPick]);
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const made = init(element, null, { renderer: "svg" });
    chart.current = made;
    made.on("click", ({ seriesIndex, dataIndex }) => pick.current?.(seriesIndex ?? 0, dataIndex));
    const watcher = new ResizeObserver(() => made.resize());
    watcher.observe(element);
    return () => {
      watcher.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, []);
  const { height, onPick: _, ...plotted } = props;
  const known = JSON.stringify(plotted);
  useEffect(() => {
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    chart.current?.setOption(optionOf(plotted, scheme, calm), { notMerge: true });
    // What is drawn is told by its text: the parts are made anew at each turn.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [known, scheme]);
  return <div ref={place} style={{ height }} aria-hidden />;
}
