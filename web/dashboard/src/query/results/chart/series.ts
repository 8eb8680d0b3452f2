import type { Column, ResultSet } from 'datasource-sdk';

import { momentOf } from '../../../format/time';
import type { RowOrder } from '../rows/order';
import { isNumeric, shownText } from '../value';

export type ChartKind = 'line' | 'bars' | 'points';

/** What a chart shows: columns by their place in the result. `x` is -1 for the number of the row. */
export interface ChartChoice {
  kind: ChartKind;
  x: number;
  ys: readonly number[];
}

export type XKind = 'time' | 'number' | 'category';

export interface ChartData {
  xKind: XKind;
  /** Ascending; seconds since 1970, numbers, or the place in `labels`. */
  xs: Float64Array;
  ys: (number | null)[][];
  labels: readonly string[];
  /** Not every row is drawn as a point of its own: the highest and the lowest of neighbours stand for them. */
  thinned: boolean;
}

/** The columns that can stand on the y axis. */
export function numericColumns({ columns }: ResultSet): number[] {
  return columns.flatMap((column, index) => (isNumeric(column) ? [index] : []));
}

export function xKindOf(column: Column | undefined): XKind {
  if (column === undefined || isNumeric(column)) return 'number';
  return column.type === 'timestamp' || column.type === 'date' ? 'time' : 'category';
}

/** A first choice: over time when there is a time, over names when there are names. Undefined without a numeric column. */
export function suggest(result: ResultSet): ChartChoice | undefined {
  const numbers = numericColumns(result);
  const kinds = result.columns.map(xKindOf);
  const time = kinds.indexOf('time');
  const category = kinds.indexOf('category');
  const x = time >= 0 ? time : category >= 0 ? category : numbers.length > 1 ? (numbers[0] ?? -1) : -1;
  const y = numbers.find((index) => index !== x);
  if (y === undefined) return undefined;
  return { kind: x === category && x >= 0 ? 'bars' : 'line', x, ys: [y] };
}

/** More points than this are thinned out: no screen has as many columns of pixels. */
const mostPoints = 20_000;
const buckets = 4_000;

/** Reads the chosen columns. Rows whose x is null are left out, names apart. Costs O(rows log rows) when x does not ascend by itself. */
export function chartData({ columns, rowCount }: ResultSet, order: RowOrder | null, { x, ys }: ChartChoice): ChartData {
  const xColumn = columns[x];
  const xKind = xKindOf(xColumn);
  const all = new Float64Array(rowCount);
  const rows = new Uint32Array(rowCount);
  let count = 0;
  let ascending = true;
  for (let place = 0; place < (order?.length ?? rowCount); place += 1) {
    const row = order === null ? place : (order[place] ?? 0);
    const value = xColumn === undefined ? row + 1 : xKind === 'category' ? place : xKind === 'time' ? secondsAt(xColumn, row) : numberAt(xColumn, row);
    if (value === null || !Number.isFinite(value)) continue;
    if (count > 0 && value < (all[rows[count - 1] ?? 0] ?? 0)) ascending = false;
    all[row] = value;
    rows[count] = row;
    count += 1;
  }
  const kept = rows.subarray(0, count);
  if (!ascending) kept.sort((a, b) => (all[a] ?? 0) - (all[b] ?? 0));
  const read = ys.map((y) => {
    const column = columns[y];
    return (row: number) => (column === undefined ? null : numberAt(column, row));
  });
  const labels = xKind === 'category' && xColumn !== undefined ? labelsOf(xColumn, kept) : [];
  if (count <= mostPoints) {
    return { xKind, xs: Float64Array.from(kept, (row) => all[row] ?? 0), ys: read.map((at) => Array.from(kept, at)), labels, thinned: false };
  }
  return { xKind, ...thin(kept, all, read), labels, thinned: true };
}

/** Two points a bucket of neighbours: for each series its lowest and highest value, in the order in which they come. */
function thin(rows: Uint32Array, all: Float64Array, read: readonly ((row: number) => number | null)[]): Pick<ChartData, 'xs' | 'ys'> {
  const size = Math.ceil(rows.length / buckets);
  const xs: number[] = [];
  const ys: (number | null)[][] = read.map(() => []);
  for (let first = 0; first < rows.length; first += size) {
    const end = Math.min(first + size, rows.length);
    xs.push(all[rows[first] ?? 0] ?? 0, all[rows[end - 1] ?? 0] ?? 0);
    read.forEach((at, series) => {
      let low: number | null = null;
      let high: number | null = null;
      let lowFirst = true;
      for (let index = first; index < end; index += 1) {
        const value = at(rows[index] ?? 0);
        if (value === null) continue;
        if (low === null || value < low) {
          low = value;
          lowFirst = false;
        }
        if (high === null || value > high) {
          high = value;
          lowFirst = true;
        }
      }
      ys[series]?.push(...(lowFirst ? [low, high] : [high, low]));
    });
  }
  return { xs: Float64Array.from(xs), ys };
}

/** Labels are read when there are few enough to be legible. */
function labelsOf(column: Column, rows: Uint32Array): string[] {
  return rows.length > mostPoints ? [] : Array.from(rows, (row) => shownText(column, row) ?? 'NULL');
}

/** A value for drawing, where digits beyond a double's do not show. */
function numberAt(column: Column, row: number): number | null {
  const value = column.get(row);
  if (value === null) return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

function secondsAt(column: Column, row: number): number | null {
  const text = column.get(row);
  if (text === null) return null;
  if (column.type === 'timestamp') {
    const moment = momentOf(String(text));
    return moment === undefined ? null : moment / 1_000 + Number(/\.\d+/.exec(String(text))?.[0] ?? 0);
  }
  // A day begins when it begins here.
  const moment = new Date(`${String(text)}T00:00:00`).getTime();
  return Number.isNaN(moment) ? null : moment / 1_000;
}
