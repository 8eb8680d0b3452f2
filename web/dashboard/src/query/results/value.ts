import type { Column } from 'datasource-sdk';

import { bytesOf, hexOf } from '../../format/bytes';
import { localTime } from '../../format/time';

const numeric = new Set(['byte', 'short', 'integer', 'long', 'unsigned_long', 'float', 'double', 'decimal']);
const structured = new Set(['object', 'nested', 'array', 'geo_point']);

export function isNumeric({ type }: Column): boolean {
  return numeric.has(type);
}

/** Its values are JSON. */
export function isStructured({ type }: Column): boolean {
  return structured.has(type);
}

/** A value's text as the server means it, exact; null stands for SQL's NULL. */
export function exactText(column: Column, row: number): string | null {
  const value = column.get(row);
  if (value === null) return null;
  return column.type === 'float' ? shortestFloat(Number(value)) : String(value);
}

/** Bytes of a binary value that a cell shows. */
const shownBytes = 32;

/** A value's text as a person reads it: moments in the zone of this machine, bytes in hexadecimal. */
export function shownText(column: Column, row: number): string | null {
  const text = exactText(column, row);
  if (text === null) return null;
  if (column.type === 'timestamp') return localTime(text);
  if (column.type !== 'binary') return text;
  const bytes = bytesOf(text);
  if (bytes === undefined) return text;
  return bytes.length === 0 ? '' : `0x${hexOf(bytes.subarray(0, shownBytes))}${bytes.length > shownBytes ? '…' : ''}`;
}

/** A float of 32 bits in as few digits as tell it from its neighbours: 0.1, and not 0.10000000149011612. */
function shortestFloat(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  for (let digits = 1; digits < 9; digits += 1) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return String(Number(text));
  }
  return String(value);
}
