import { lazy, Suspense } from "react";
import { useT } from "./i18n";

/** Accent, or the red of what is overdue. */
export type ChartTone = "plain" | "overdue";

export interface ChartSeries {
  name: string;
  /** Decimal strings; they become pixels here and nothing else. */
  values: string[];
  /** For the whole series, or one for each value. */
  tone?: ChartTone | ChartTone[];
}

export interface ChartProps {
  label: string;
  categories: string[];
  series: ChartSeries[];
  kind?: "bar" | "line" | "stack";
  height?: number;
  /** The page writes the names of the categories below the chart itself. */
  bareAxis?: boolean;
  onPick?: (index: number) => void;
}

const Canvas = lazy(() => import("./ChartCanvas"));

/** A chart, its code loaded when the first one is shown, and the same figures as a table for screen readers. */
export function Chart(props: ChartProps) {
  const t = useT();
  const height = props.height ?? 220;
  return (
    <figure style={{ margin: 0 }} aria-label={props.label}>
      <Suspense fallback={<div style={{ height }} aria-label={t("web.chart.loading")} />}>
        <Canvas {...props} height={height} />
      </Suspense>
      <table className="visually-hidden">
        <caption>{props.label}</caption>
        <thead>
          <tr>
            <th scope="col">{t("web.chart.table")}</th>
            {props.series.map((one) => (
              <th key={one.name} scope="col">
                {one.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.categories.map((category, index) => (
            <tr key={category}>
              <th scope="row">{category}</th>
              {props.series.map((one) => (
                <td key={one.name}>{one.values[index]}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}
