import { queryOptions, useQueries, useQuery } from '@tanstack/react-query';
import type { DataSource } from 'datasource-sdk';
import { useMemo } from 'react';

import { keys } from './keys';

export interface TableColumn {
  name: string;
  type: string;
  nullable: boolean;
}

export interface Table {
  schema: string;
  name: string;
  type: string;
  columns: readonly TableColumn[];
  /** Why its columns could not be read. */
  problem?: string;
}

/** What a source holds, as far as it was read. */
export interface SourceSchema {
  schemas: readonly string[];
  tables: readonly Table[];
  /** Tables in the source; more than `tables` where not all were read. */
  total: number;
}

const pageSize = 1_000;
/** Nobody browses more, and each costs memory here and time there. */
const mostTables = 5_000;

/** The tables of a source. */
export function useSchema(source: DataSource, enabled: boolean) {
  return useQuery({ ...schemaOf(source), enabled });
}

/** The tables of several sources, by the sources' names, as far as they have come. The map stays the same until one comes or goes. */
export function useSchemas(sources: readonly DataSource[]): ReadonlyMap<string, SourceSchema> {
  const schemas = useQueries({ queries: sources.map((source) => schemaOf(source)), combine: dataOf });
  const names = sources.map(({ name }) => name).join('\n');
  return useMemo(() => {
    const found = names.split('\n').map((name, index) => [name, schemas[index]] as const);
    return new Map(found.filter((entry): entry is [string, SourceSchema] => entry[1] !== undefined));
  }, [names, schemas]);
}

function dataOf(results: readonly { data: SourceSchema | undefined }[]): (SourceSchema | undefined)[] {
  return results.map(({ data }) => data);
}

function schemaOf({ id, name, status }: DataSource) {
  return queryOptions({
    // A source that is switched on again is read anew.
    queryKey: [...keys.schema(id), status],
    queryFn: ({ signal }) => readSchema(name, signal),
    staleTime: 5 * 60_000,
    // A source that does not answer is tried again on request: each attempt may take its whole time-out.
    retry: false,
  });
}

interface Page {
  schemas: string[];
  tables: Table[];
  total: number;
  next?: string;
}

async function readSchema(name: string, signal: AbortSignal): Promise<SourceSchema> {
  const tables: Table[] = [];
  for (let after = ''; ; ) {
    const page = await readPage(name, after, signal);
    tables.push(...page.tables);
    if (page.next === undefined || tables.length >= mostTables) return { schemas: page.schemas, tables, total: page.total };
    after = page.next;
  }
}

async function readPage(name: string, after: string, signal: AbortSignal): Promise<Page> {
  const query = new URLSearchParams({ size: String(pageSize), ...(after === '' ? {} : { after }) });
  const response = await fetch(`/_plugins/_query/_datasources/${encodeURIComponent(name)}/_schema?${query.toString()}`, { signal });
  const body = (await response.json()) as Page & { error?: { details?: string } };
  if (!response.ok) throw new Error(body.error?.details ?? response.statusText);
  return body;
}
