import type { TableDescription } from 'datasource-sdk';

import type { SourceSchema } from '../../sdk/schema';
import { quoteIdentifier } from '../sql/identifier';

/** A table's name in a statement: with its schema where a source has more than one. */
export function qualifiedName(source: string, { schemas }: SourceSchema, { schema, name }: TableDescription): string {
  const parts = schema !== '' && schemas.length > 1 ? [source, schema, name] : [source, name];
  return parts.map(quoteIdentifier).join('.');
}

export interface FoundTable {
  table: TableDescription;
  /** Shown open, since a column of it was searched for. */
  open: boolean;
}

/** The tables that have every word in their name, their schema's or one of their columns'. */
export function searchTables(tables: readonly TableDescription[], words: string): FoundTable[] {
  const wanted = words.toLowerCase().split(/[\s.]+/).filter(Boolean);
  if (wanted.length === 0) return tables.map((table) => ({ table, open: false }));
  return tables.flatMap((table): FoundTable[] => {
    const name = `${table.schema}.${table.name}`.toLowerCase();
    const rest = wanted.filter((word) => !name.includes(word));
    if (!rest.every((word) => table.columns.some((column) => column.name.toLowerCase().includes(word)))) return [];
    return [{ table, open: rest.length > 0 }];
  });
}

/** Whether a source has what is searched for in its own name. */
export function isNamed(source: string, words: string): boolean {
  const wanted = words.trim().toLowerCase();
  return wanted !== '' && source.toLowerCase().includes(wanted);
}
