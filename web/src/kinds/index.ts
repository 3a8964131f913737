/**
 * How answers are drawn. A kind is one file here and one line below; what none of them draws is a
 * table, and so are the rows of those that say so.
 */
import type { Component } from "svelte";
import type { Answer } from "../lib/api";
import CountNumbers, { draws as isNumbers } from "./CountNumbers.svelte";
import FunnelBars, { draws as isBars } from "./FunnelBars.svelte";
import OverlapAreas, { draws as isAreas } from "./OverlapAreas.svelte";
import RetentionMap, { draws as isMap } from "./RetentionMap.svelte";
import SidesBoard, { draws as isBoard } from "./SidesBoard.svelte";
import TrendChart, { draws as isChart } from "./TrendChart.svelte";

/** Shows the list of the units behind a cell, under a title. */
export type Open = (cell: Record<string, unknown>, title: string) => void;

interface View {
  draws: (answer: Answer) => boolean;
  component: Component<{ answer: Answer; text: string; onopen: Open }>;
  withTable?: boolean;
}

const views: View[] = [
  { draws: isChart, component: TrendChart, withTable: true },
  { draws: isNumbers, component: CountNumbers },
  { draws: isBars, component: FunnelBars },
  { draws: isMap, component: RetentionMap },
  { draws: isBoard, component: SidesBoard },
  { draws: isAreas, component: OverlapAreas },
];

export const viewOf = (answer: Answer) => views.find((view) => view.draws(answer));
