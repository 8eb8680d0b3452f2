import type { Connector, DataSource } from 'datasource-sdk';

/** Where a source is, in one line: its endpoint, or the values of the fields that say how to reach it. */
export function address(source: DataSource, connector: Connector | undefined): string {
  const endpoint = source.configuration?.endpoint;
  if (endpoint) return endpoint;
  const values = (connector?.fields ?? [])
    .filter(({ group, secret }) => !secret && (group === undefined || group === 'connection'))
    .map(({ key }) => source.properties?.[key])
    .filter((value) => value !== undefined && value !== '');
  return values.join(' ');
}
