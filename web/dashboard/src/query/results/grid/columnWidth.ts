import type { Column } from 'datasource-sdk';

import { isStructured, shownText } from '../value';

const sampledRows = 200;
const limits = { min: 64, max: 360 };
/** What people may drag a column to. */
export const draggedLimits = { min: 40, max: 2_000 };
const padding = 22;

/** Pixels that a text takes in the grid, in the face that the page has. */
export type Measure = (text: string, face: 'text' | 'heading' | 'code') => number;

/** Whether a column's values are texts for machines rather than people: they are shown in a fixed-width face. */
export function isCode(column: Column): boolean {
  return isStructured(column) || column.type === 'binary';
}

/** What stands under a column's name. */
export function typeLabel(column: Column, zone: string): string {
  return column.type === 'timestamp' ? `timestamp · ${zone}` : column.type;
}

/** Measures as the grid's style sheet draws: text of that size in pixels, code a little smaller. */
export function measureText(fontSize: number): Measure {
  const context = document.createElement('canvas').getContext('2d');
  const style = getComputedStyle(document.body);
  const fonts = {
    text: `400 ${fontSize}px ${style.fontFamily}`,
    heading: `600 ${fontSize}px ${style.fontFamily}`,
    code: `400 ${fontSize - 1}px ${style.getPropertyValue('--mantine-font-family-monospace')}`,
  };
  return (text, face) => {
    if (context === null) return text.length * fontSize * 0.65;
    context.font = fonts[face];
    return context.measureText(text).width;
  };
}

/** A width in pixels that fits the column's name, its type and rows from all over the result, within limits. */
export function columnWidth(column: Column, rowCount: number, label: string, measure: Measure): number {
  let longest = '';
  const step = Math.max(1, Math.floor(rowCount / sampledRows));
  for (let row = 0; row < rowCount; row += row < sampledRows / 2 ? 1 : step) {
    const text = shownText(column, row) ?? 'NULL';
    if (text.length > longest.length) longest = text;
  }
  // The mark that opens a value takes its place too.
  const mark = isStructured(column) ? 16 : 0;
  // So does the arrow of a sorted column.
  const arrow = 14;
  const width = Math.max(measure(column.name, 'heading') + arrow, measure(label, 'text') * 0.86, measure(longest, isCode(column) ? 'code' : 'text') + mark) + padding;
  return Math.ceil(Math.min(limits.max, Math.max(limits.min, width)));
}
