import type { Column, ResultSet } from 'datasource-sdk';

import type { RowOrder } from '../rows/order';
import type { Turns } from '../rows/turns';
import { exactText, isNumeric, isStructured } from '../value';

export type Format = 'csv' | 'json';

/** What a format needs: the text before the rows, each row, what stands between two, and the text after them. */
interface Encoder {
  head: string;
  row: (row: number) => string;
  separator: string;
  tail: string;
}

/**
 * Comma-separated values (RFC 4180) with a row of names. A null is an empty cell, an empty text is `""`. Moments are in UTC, nested values are JSON,
 * bytes are Base64.
 */
function csv(columns: readonly Column[]): Encoder {
  return {
    head: `${columns.map(({ name }) => csvCell(name)).join(',')}\n`,
    row: (row) => columns.map((column) => csvCell(exactText(column, row))).join(','),
    separator: '\n',
    tail: '\n',
  };
}

function csvCell(text: string | null): string {
  if (text === null) return '';
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** An array with one object a row, numbers with all their digits. The second column of a name gets `_2` behind it, and so on. */
function json(columns: readonly Column[]): Encoder {
  const members = uniqueNames(columns).map((name) => `${JSON.stringify(name)}:`);
  return {
    head: '[\n',
    row: (row) => `{${columns.map((column, index) => `${members[index] ?? ''}${jsonValue(column, row)}`).join(',')}}`,
    separator: ',\n',
    tail: '\n]\n',
  };
}

function jsonValue(column: Column, row: number): string {
  const text = exactText(column, row);
  if (text === null) return 'null';
  if (column.type === 'boolean' || (isStructured(column) && text !== '')) return text;
  return isNumeric(column) && /^-?\d+(\.\d+)?(e[-+]?\d+)?$/i.test(text) ? text : JSON.stringify(text);
}

function uniqueNames(columns: readonly Column[]): string[] {
  const taken = new Set<string>();
  return columns.map(({ name }) => {
    let unique = name;
    for (let number = 2; taken.has(unique); number += 1) unique = `${name}_${number}`;
    taken.add(unique);
    return unique;
  });
}

const encoders = { csv, json };
export const mediaTypes: Record<Format, string> = { csv: 'text/csv;charset=utf-8', json: 'application/json' };

/** Rows of one piece: a few milliseconds of work. */
const rowsPerPiece = 1_000;

/**
 * Encodes a result piece by piece; the page stays usable meanwhile.
 *
 * @param order The rows to write, in that order; null: all, as they came.
 * @return A file; memory beyond it is a piece. Rejects with the signal's reason when it is aborted.
 */
export async function encode({ columns, rowCount }: ResultSet, order: RowOrder | null, format: Format, turns: Turns): Promise<Blob> {
  const { head, row, separator, tail } = encoders[format](columns);
  const count = order?.length ?? rowCount;
  const pieces: Blob[] = [new Blob([head])];
  for (let first = 0; first < count; first += rowsPerPiece) {
    let text = '';
    for (let place = first; place < Math.min(first + rowsPerPiece, count); place += 1) {
      text += (place === 0 ? '' : separator) + row(order === null ? place : (order[place] ?? 0));
    }
    pieces.push(new Blob([text]));
    await turns.next(first / count);
  }
  // Without rows the head ends the file.
  return new Blob([...pieces, count === 0 && format === 'csv' ? '' : tail], { type: mediaTypes[format] });
}
