import 'uplot/dist/uPlot.min.css';

import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';

import { clockTime } from '../../../format/time';
import { colours } from './colours';
import classes from './Plot.module.css';
import type { ChartData, ChartKind } from './series';

interface Props {
  data: ChartData;
  kind: ChartKind;
  xName: string;
  yNames: readonly string[];
  /** What the picture shows, for who cannot see it. */
  summary: string;
}

const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 2 });
const precise = new Intl.NumberFormat('en', { maximumFractionDigits: 6 });

const days = '\n{YYYY}-{MM}-{DD}';
/** Labels of a time axis, a line for each size of step: its seconds, the label, and what is put below when the year, day or minute changes. */
const clockLabels = [
  [31_536_000, '{YYYY}', null, null, null, null, null, null, 1],
  [2_419_200, '{MMM}', '\n{YYYY}', null, null, null, null, null, 1],
  [86_400, '{MM}-{DD}', '\n{YYYY}', null, null, null, null, null, 1],
  [60, '{HH}:{mm}', days, null, days, null, null, null, 1],
  [1, '{HH}:{mm}:{ss}', days, null, days, null, null, null, 1],
  [0.001, ':{ss}.{fff}', `${days} {HH}:{mm}`, null, `${days} {HH}:{mm}`, null, '\n{HH}:{mm}', null, 1],
] as uPlot.Axis.Values;

/** The picture. A canvas has to be told its size and its colours: it is made anew when they change. */
export default function Plot({ data, kind, xName, yNames, summary }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme();

  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const style = getComputedStyle(element);
    const text = style.getPropertyValue('--mantine-color-dimmed');
    const line = style.getPropertyValue('--app-border-faint');
    const font = `12px ${style.fontFamily}`;
    const axis: uPlot.Axis = { stroke: text, font, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
    const { xKind, xs, ys, labels } = data;
    const label = (index: number) => labels[index] ?? String(index + 1);

    const paths = kind === 'bars' ? uPlot.paths.bars?.({ size: [0.7, 64], radius: 0.1 }) : kind === 'points' ? () => null : uPlot.paths.linear?.();
    const size = () => ({ width: Math.max(200, element.clientWidth), height: Math.max(160, element.clientHeight) });
    const plot = new uPlot(
      {
        ...size(),
        cursor: { drag: { x: true, y: false }, points: { size: 8 } },
        scales: {
          x: {
            time: xKind === 'time',
            // Bars stand whole at both ends.
            ...(xKind === 'category' || kind === 'bars' ? { range: (_: uPlot, low: number, high: number) => padded(low, high, xKind, xs.length) } : {}),
          },
          // Bars are read by their length: from zero on.
          ...(kind === 'bars' ? { y: { range: (_: uPlot, low: number, high: number) => fromZero(low, high) } } : {}),
        },
        axes: [
          xKind === 'category'
            ? { ...axis, values: (_, splits) => splits.map((at) => (Number.isInteger(at) && at >= 0 && at < xs.length ? shortened(label(at)) : '')), splits: (self, _, low, high) => whole(low, high, self.width) }
            : xKind === 'number'
              ? { ...axis, values: (_, splits) => splits.map((at) => compact.format(at)) }
              : { ...axis, values: clockLabels },
          { ...axis, size: 64, values: (_, splits) => splits.map((at) => compact.format(at)) },
        ],
        series: [
          {
            label: xName,
            value: (_, value) => {
              if (value === null || value === undefined) return '–';
              if (xKind === 'category') return label(value);
              return xKind === 'time' ? clockTime(value * 1_000) : precise.format(value);
            },
          },
          ...yNames.map((name, index): uPlot.Series => {
            const colour = colours[scheme][index % colours[scheme].length] ?? text;
            return {
              label: name,
              stroke: colour,
              width: 1.75,
              ...(kind === 'bars' ? { fill: `${colour}cc` } : {}),
              ...(paths === undefined ? {} : { paths }),
              points: { show: kind === 'points' || (kind === 'line' && xs.length <= 60), size: 5, fill: colour },
              value: (_, value) => (value === null || value === undefined ? '–' : precise.format(value)),
            };
          }),
        ],
      },
      [xs as unknown as number[], ...ys],
      element,
    );
    const resized = new ResizeObserver(() => plot.setSize({ ...size(), height: size().height - legendHeight(plot) }));
    resized.observe(element);
    return () => {
      resized.disconnect();
      plot.destroy();
    };
  }, [data, kind, scheme, xName, yNames]);

  return <div ref={host} className={classes.plot} role="img" aria-label={summary} />;
}

function legendHeight(plot: uPlot): number {
  return plot.root.querySelector('.u-legend')?.clientHeight ?? 0;
}

function padded(low: number, high: number, xKind: string, count: number): [number, number] {
  const step = xKind === 'category' || count < 2 ? 1 : (high - low) / (count - 1);
  return [low - step * 0.6, high + step * 0.6];
}

function fromZero(low: number, high: number): [number, number] {
  const [bottom, top] = [Math.min(0, low ?? 0), Math.max(0, high ?? 0)];
  const room = (top - bottom || 1) * 0.06;
  return [bottom < 0 ? bottom - room : 0, top > 0 ? top + room : 0];
}

/** Places for labels of categories: whole numbers, as many as there is room for. */
function whole(low: number, high: number, width: number): number[] {
  const step = Math.max(1, Math.ceil(((high - low) * 90) / width));
  const places = [];
  for (let at = Math.max(0, Math.ceil(low)); at <= high; at += step) places.push(at);
  return places;
}

function shortened(text: string): string {
  return text.length > 14 ? `${text.slice(0, 13)}…` : text;
}
