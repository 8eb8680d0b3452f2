import type { Column, ResultSet } from 'datasource-sdk';

import { exactText, isNumeric, shownText } from '../value';
import type { Turns } from './turns';

/** Rows of a result, by their place in it, in the order in which they are shown. */
export type RowOrder = Uint32Array;

export interface Sorting {
  column: number;
  descending: boolean;
}

/** The rows in which every word stands in some cell, as cells are shown. O(cells). */
export async function filterRows({ columns, rowCount }: ResultSet, words: string, turns: Turns): Promise<RowOrder> {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const found = new Uint32Array(rowCount);
  let count = 0;
  for (let row = 0; row < rowCount; row += 1) {
    let text = '';
    for (const column of columns) text += `${shownText(column, row) ?? 'null'}\n`;
    text = text.toLowerCase();
    if (wanted.every((word) => text.includes(word))) {
      found[count] = row;
      count += 1;
    }
    if ((row & 255) === 0) await turns.next(row / rowCount);
  }
  return found.slice(0, count);
}

/** The rows by a column's values, nulls last; equal ones stay as they were. O(rows log rows). */
export async function sortRows({ columns, rowCount }: ResultSet, rows: RowOrder | null, { column, descending }: Sorting, turns: Turns): Promise<RowOrder> {
  const sorted = columns[column];
  const all = rows ?? Uint32Array.from({ length: rowCount }, (_, row) => row);
  if (sorted === undefined) return all;
  const keys = await keysOf(sorted, all, rowCount, turns);
  const sign = descending ? -1 : 1;
  const precedes = (a: number, b: number) => {
    const [x, y] = [keys[a], keys[b]];
    if (x === undefined || y === undefined) return x !== undefined || y === undefined;
    return x === y || (x < y ? sign > 0 : sign < 0);
  };
  return mergeSort(all.slice(), precedes, turns);
}

type Key = number | bigint | string | undefined;

/** What rows are compared by. Undefined for a null, and for what is not a number among numbers. */
async function keysOf(column: Column, rows: RowOrder, rowCount: number, turns: Turns): Promise<Key[]> {
  const keys = new Array<Key>(rowCount);
  const numeric = isNumeric(column);
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at] ?? 0;
    const value = column.get(row);
    if (value !== null) keys[row] = typeof value === 'bigint' ? value : numeric ? numberOf(value) : (exactText(column, row) ?? undefined);
    if ((at & 1_023) === 0) await turns.next((0.3 * at) / rows.length);
  }
  return keys;
}

function numberOf(value: unknown): number | undefined {
  const number = Number(value);
  return Number.isNaN(number) ? undefined : number;
}

/** Stable, from the bottom up, with turns in between: a sort of a million rows at one go would hold the page up for seconds. */
async function mergeSort(rows: Uint32Array, precedes: (a: number, b: number) => boolean, turns: Turns): Promise<Uint32Array> {
  let from = rows;
  let to: Uint32Array = new Uint32Array(rows.length);
  const passes = Math.max(1, Math.ceil(Math.log2(rows.length)));
  for (let width = 1, pass = 0; width < rows.length; width *= 2, pass += 1) {
    for (let start = 0; start < rows.length; start += 2 * width) {
      merge(from, to, start, Math.min(start + width, rows.length), Math.min(start + 2 * width, rows.length), precedes);
      if (width > 64 || start % 4_096 === 0) await turns.next(0.3 + (0.7 * (pass + start / rows.length)) / passes);
    }
    [from, to] = [to, from];
  }
  return from;
}

function merge(from: Uint32Array, to: Uint32Array, start: number, middle: number, end: number, precedes: (a: number, b: number) => boolean): void {
  let left = start;
  let right = middle;
  for (let at = start; at < end; at += 1) {
    const takeLeft = left < middle && (right >= end || precedes(from[left] ?? 0, from[right] ?? 0));
    to[at] = from[takeLeft ? left : right] ?? 0;
    if (takeLeft) left += 1;
    else right += 1;
  }
}
