import type { Connector } from 'datasource-sdk';

const titles: Record<string, string> = { duckdb: 'DuckDB', trino: 'Trino', opensearch: 'OpenSearch' };

/** How people are told of an engine. */
export function engineTitle(id: string): string {
  return titles[id] ?? id;
}

/** The gateway's engines that read a connector's sources. An OpenSearch beside it keeps sources of its own. */
export function enginesOf({ engines }: Connector): readonly string[] {
  return engines.filter((id) => id !== 'opensearch');
}
