import type { Column } from 'datasource-sdk';

const numeric = new Set(['byte', 'short', 'integer', 'long', 'unsigned_long', 'float', 'double', 'decimal']);
const structured = new Set(['object', 'nested', 'array', 'geo_point', 'binary']);

/** Numbers stand to the right, so that their digits line up. */
export function isNumeric(column: Column): boolean {
  return numeric.has(column.type);
}

/** Text for machines rather than people: shown in a fixed-width face. */
export function isStructured(column: Column): boolean {
  return structured.has(column.type);
}

/** A cell's text, exact; null stands for SQL's NULL. */
export function cellText(column: Column, row: number): string | null {
  const value = column.get(row);
  return value === null ? null : String(value);
}

const sampledRows = 100;
const limits = { min: 64, max: 360 };
const padding = 22;

/** Pixels that a text takes in the grid, in the face that the page has. */
export type Measure = (text: string, face: 'text' | 'heading' | 'code') => number;

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

/** A width in pixels that fits the column's name and its first rows, within limits. */
export function columnWidth(column: Column, rowCount: number, measure: Measure): number {
  let longest: string = column.type;
  for (let row = 0; row < Math.min(rowCount, sampledRows); row += 1) {
    const text = cellText(column, row) ?? '';
    if (text.length > longest.length) longest = text;
  }
  const width = Math.max(measure(column.name, 'heading'), measure(longest, isStructured(column) ? 'code' : 'text')) + padding;
  return Math.ceil(Math.min(limits.max, Math.max(limits.min, width)));
}
