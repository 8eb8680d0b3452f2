import type { Connector, DataSource } from 'datasource-sdk';

/** Where a source is, in one line: its endpoint, or what the fields that say how to reach it amount to: `db1:5432/crm`. */
export function address(source: DataSource, connector: Connector | undefined): string {
  const endpoint = source.configuration?.endpoint;
  if (endpoint) return endpoint;
  let text = '';
  for (const { group, key, secret, type, default: usual } of connector?.fields ?? []) {
    const value = source.properties[key];
    if (secret || group !== 'connection' || type === 'choice' || type === 'boolean' || value === undefined || value === '') continue;
    if (type !== 'port' && String(value) === usual) continue; // such as a region, which is no folder of the bucket
    text += text === '' ? String(value) : `${type === 'port' ? ':' : '/'}${value}`;
  }
  return text;
}
