import { theme } from "antd";
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";
import type { ChartProps, ChartSeries, ChartTone } from "./Chart";
import { moneyText } from "./format";

echarts.use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

type Tokens = ReturnType<typeof theme.useToken>["token"];

export default function ChartCanvas(props: ChartProps & { height: number }) {
  const { token } = theme.useToken();
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<echarts.ECharts | null>(null);
  const pick = useRef(props.onPick);
  useEffect(() => {
    pick.current = props.onPick;
  });
  useEffect(() => {
    if (!box.current) return;
    const made = echarts.init(box.current, null, { renderer: "svg" });
    chart.current = made;
    made.on("click", (event) => pick.current?.(event.dataIndex));
    const watch = new ResizeObserver(() => made.resize());
    watch.observe(box.current);
    return () => {
      watch.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, []);
  useEffect(() => {
    chart.current?.setOption(optionOf(props, token), true);
  }, [props, token]);
  return <div ref={box} aria-hidden style={{ height: props.height }} />;
}

function optionOf(props: ChartProps, token: Tokens): echarts.EChartsCoreOption {
  const axis = { axisLine: { lineStyle: { color: token.colorBorder } }, axisTick: { show: false } };
  const label = { color: token.colorTextSecondary, fontFamily: token.fontFamily };
  // A handful of names are all shown; of many weeks, as many as fit.
  const few = props.categories.length <= 6;
  const names = { ...label, interval: few ? 0 : "auto", hideOverlap: !few, show: !props.bareAxis };
  return {
    animation: false,
    grid: { left: 8, right: 8, top: props.series.length > 1 ? 32 : 12, bottom: 4, containLabel: true },
    tooltip: {
      trigger: "axis",
      axisPointer: { type: "shadow" },
      backgroundColor: token.colorBgElevated,
      borderColor: token.colorBorder,
      textStyle: { color: token.colorText, fontFamily: token.fontFamily },
    },
    legend: props.series.length > 1 ? { top: 0, textStyle: label } : undefined,
    xAxis: { type: "category", data: props.categories, axisLabel: names, ...axis },
    yAxis: {
      type: "value",
      splitLine: { lineStyle: { color: token.colorBorderSecondary } },
      axisLabel: { ...label, formatter: (value: number) => shortFigure(value) },
    },
    series: props.series.map((one) => seriesOf(one, props, token)),
  };
}

function seriesOf(one: ChartSeries, props: ChartProps, token: Tokens) {
  const colour = (tone: ChartTone | undefined) => (tone === "overdue" ? token.colorError : token.colorPrimary);
  const toneOf = (index: number) => (Array.isArray(one.tone) ? one.tone[index] : one.tone);
  return {
    name: one.name,
    type: props.kind === "line" ? "line" : "bar",
    stack: props.kind === "stack" ? "all" : undefined,
    barMaxWidth: 56,
    cursor: props.onPick ? "pointer" : "default",
    itemStyle: { color: colour(toneOf(0)) },
    data: one.values.map((value, index) => ({ value, itemStyle: { color: colour(toneOf(index)) } })),
    tooltip: { valueFormatter: (value: unknown) => moneyText(String(value), { zero: "digits" }) },
  };
}

/** Axes only: 12,000 -> 12k, 3,400,000 -> 3.4M. */
function shortFigure(value: number): string {
  const size = Math.abs(value);
  if (size >= 1_000_000) return `${trim(value / 1_000_000)}M`;
  if (size >= 1_000) return `${trim(value / 1_000)}k`;
  return String(value);
}

function trim(value: number): string {
  return value.toFixed(1).replace(/\.0$/, "");
}
