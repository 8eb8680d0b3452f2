import { queryOptions, useQueries, useQuery } from '@tanstack/react-query';
import type { Client, DataSource, SchemaOptions, TableDescription } from 'datasource-sdk';
import { useMemo } from 'react';

import { useClient } from './client';
import { keys } from './keys';

/** What a source holds, as far as it was read. */
export interface SourceSchema {
  schemas: readonly string[];
  tables: readonly TableDescription[];
  /** Tables in the source; more than `tables` where not all were read. */
  total: number;
}

const pageSize = 1_000;
/** Nobody browses more, and each costs memory here and time there. */
const mostTables = 5_000;

/** The tables of a source. */
export function useSchema(source: DataSource, enabled: boolean) {
  return useQuery({ ...useSchemaQuery()(source), enabled });
}

/** The tables of several sources, by the sources' names, as far as they have come. The map stays the same until one comes or goes. */
export function useSchemas(sources: readonly DataSource[]): ReadonlyMap<string, SourceSchema> {
  const schemas = useQueries({ queries: sources.map(useSchemaQuery()), combine: dataOf });
  const names = sources.map(({ name }) => name).join('\n');
  return useMemo(() => {
    const found = names.split('\n').map((name, index) => [name, schemas[index]] as const);
    return new Map(found.filter((entry): entry is [string, SourceSchema] => entry[1] !== undefined));
  }, [names, schemas]);
}

function dataOf(results: readonly { data: SourceSchema | undefined }[]): (SourceSchema | undefined)[] {
  return results.map(({ data }) => data);
}

function useSchemaQuery() {
  const client = useClient();
  return ({ id, name, status }: DataSource) =>
    queryOptions({
      // A source that is switched on again is read anew.
      queryKey: [...keys.schema(id), status],
      queryFn: ({ signal }) => readSchema(client, name, signal),
      staleTime: 5 * 60_000,
      // A source that does not answer is tried again on request: each attempt may take its whole time-out.
      retry: false,
    });
}

async function readSchema(client: Client, name: string, signal: AbortSignal): Promise<SourceSchema> {
  const tables: TableDescription[] = [];
  const wanted: SchemaOptions = { size: pageSize };
  for (;;) {
    const { schemas, total, next, ...page } = await client.datasources.schema(name, wanted, { signal });
    tables.push(...page.tables);
    if (next === undefined || tables.length >= mostTables) return { schemas, tables, total };
    wanted.after = next;
  }
}
