import { BarChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";
import type { ChartSpec } from "./chart.tsx";

use([BarChart, LineChart, AriaComponent, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

/** The drawing itself; loaded only when a chart is on screen. Takes its colours from the tokens and redraws on a change of scheme. */
export default function ChartCanvas({ kind, categories, series, format, shares = false, height = 220, title }: ChartSpec) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const chart = init(element, undefined, { renderer: "svg" });
    const draw = () => {
      const style = getComputedStyle(document.documentElement);
      const token = (name: string) => style.getPropertyValue(name).trim();
      chart.setOption({
        aria: { enabled: true, label: { description: title }, decal: { show: series.length > 1 } },
        color: ["--lw-c1", "--lw-c2", "--lw-c3", "--lw-c4"].map(token), animation: false, textStyle: { fontFamily: "inherit" },
        grid: { left: 8, right: 12, top: series.length > 1 ? 30 : 12, bottom: 4, containLabel: true },
        legend: series.length > 1 ? { top: 0, left: 0, textStyle: { color: token("--lw-muted") }, itemHeight: 10, itemGap: 24 } : undefined,
        tooltip: { trigger: "axis", valueFormatter: (value: unknown) => (typeof value === "number" ? (format?.(value) ?? String(value)) : "–") },
        xAxis: { type: "category", data: [...categories], axisLabel: { color: token("--lw-muted"), fontSize: 11 }, axisLine: { lineStyle: { color: token("--lw-line-strong") } }, axisTick: { show: false } },
        yAxis: { type: "value", axisLabel: { color: token("--lw-muted"), fontSize: 11, formatter: (value: number) => new Intl.NumberFormat(document.documentElement.lang === "hi" ? "hi-IN" : "en-IN", shares ? { style: "percent" } : { notation: "compact" }).format(value) }, splitLine: { lineStyle: { color: token("--lw-line") } } },
        series: series.map((s) => ({
          name: s.name, type: kind === "line" || kind === "area" ? "line" : "bar", data: [...s.values], showSymbol: false, barMaxWidth: 26,
          ...(kind === "stacked" || kind === "area" ? { stack: "all" } : {}), ...(kind === "area" ? { areaStyle: { opacity: 0.35 } } : {}),
        })),
      }, true);
    };
    draw();
    const size = new ResizeObserver(() => chart.resize());
    size.observe(element);
    const scheme = new MutationObserver(draw);
    scheme.observe(document.documentElement, { attributeFilter: ["data-mantine-color-scheme"] });
    return () => {
      size.disconnect();
      scheme.disconnect();
      chart.dispose();
    };
  }, [kind, categories, series, format, shares, title]);
  return <div ref={place} style={{ height, width: "100%" }} />;
}
