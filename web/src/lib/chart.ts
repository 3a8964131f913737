/** ECharts, only the parts the page draws with. */
import { BarChart, LineChart } from "echarts/charts";
import { AxisPointerComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import type { EChartsCoreOption } from "echarts/core";

echarts.use([
  AxisPointerComponent,
  BarChart,
  CanvasRenderer,
  GridComponent,
  LegendComponent,
  LineChart,
  MarkLineComponent,
  TooltipComponent,
]);

export type Options = EChartsCoreOption;

/** A colour of the style sheet, so that charts follow light and dark. */
export const colour = (name: string) =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** What all charts share. The tooltip is drawn on the canvas: the page's policy allows no markup
 * with styles of its own. */
export function base(): Options {
  return {
    animation: false,
    textStyle: { fontFamily: "system-ui, sans-serif", color: colour("ink") },
    color: ["use", "pay", "good", "bad", "soft"].map(colour),
    grid: { left: 8, right: 16, top: 34, bottom: 8, containLabel: true },
    legend: { top: 0, left: 0, icon: "roundRect", itemWidth: 12, itemHeight: 8, textStyle: { color: colour("soft") } },
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      confine: true,
      backgroundColor: colour("paper"),
      borderColor: colour("line"),
      textStyle: { color: colour("ink") },
    },
  };
}

export const axisLook = () => ({
  axisLine: { lineStyle: { color: colour("line") } },
  axisLabel: { color: colour("soft") },
  axisTick: { show: false },
  splitLine: { lineStyle: { color: colour("line") } },
});

/** Draws on a node, and again when options or size change. */
export function chart(node: HTMLElement, options: Options) {
  const drawn = echarts.init(node);
  drawn.setOption(options);
  const resize = new ResizeObserver(() => drawn.resize());
  resize.observe(node);
  return {
    update(next: Options) {
      drawn.setOption(next, true);
    },
    destroy() {
      resize.disconnect();
      drawn.dispose();
    },
  };
}
