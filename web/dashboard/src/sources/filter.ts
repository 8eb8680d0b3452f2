import type { Connector, DataSource } from 'datasource-sdk';

import { address } from './address';

export interface Filter {
  words: string;
  connector: string;
  status: string;
}

export function isFiltering({ words, connector, status }: Filter): boolean {
  return words.trim() !== '' || connector !== '' || status !== '';
}

/** The sources that have every word in their name, description, address, roles or connector, and are of the chosen kind and status. */
export function filterSources(
  sources: readonly DataSource[],
  { words, connector, status }: Filter,
  connectorOf: (source: DataSource) => Connector | undefined,
): DataSource[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return sources.filter((source) => {
    if (connector !== '' && source.connector !== connector) return false;
    if (status !== '' && source.status !== status) return false;
    const kind = connectorOf(source);
    const text = [source.name, source.description, address(source, kind), kind?.title ?? source.connector, ...source.allowedRoles].join('\n').toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
}
