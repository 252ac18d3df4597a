import { type ComponentProps, lazy, Suspense } from "react";
import { Loading } from "./states";

const Drawn = lazy(() => import("./chart-drawn"));

export type { ChartOption } from "./chart-drawn";

/** A chart with its title, source line, table and downloads; ECharts is loaded when the first one is drawn. */
export function Chart(asked: ComponentProps<typeof Drawn>) {
  return (
    <Suspense fallback={<Loading height={(asked.height ?? 360) + 60} lines={1} />}>
      <Drawn {...asked} />
    </Suspense>
  );
}
