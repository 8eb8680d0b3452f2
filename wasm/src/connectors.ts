import type { ConnectorConfig, DataSourceInput, PropertyValue } from './types.js';

export type TlsMode = 'disable' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';

export interface DatabaseSettings {
  /** Name or address, without scheme and port. */
  host: string;
  /** Absent: the system's own port. */
  port?: number | string;
  database: string;
  username: string;
  password?: string;
  /** Absent: `prefer`. */
  tls?: TlsMode;
  /** Milliseconds; absent: 10,000. */
  connectionTimeout?: number;
}

export interface FilesSettings {
  /** Absolute path of a file or folder on the machine that runs the gateway. */
  path: string;
  /** Absent: by file extension. */
  format?: 'auto' | 'parquet' | 'csv' | 'json';
}

/** PostgreSQL 10 and later. */
export function postgresql(settings: DatabaseSettings): ConnectorConfig {
  return database('postgresql', settings);
}

/** MySQL 5.7 and later, MariaDB 10.3 and later. */
export function mysql(settings: DatabaseSettings): ConnectorConfig {
  return database('mysql', settings);
}

/** An SQLite 3 file. */
export function sqlite(settings: { path: string }): ConnectorConfig {
  return { connector: 'sqlite', properties: given(settings) };
}

/** Parquet, CSV and JSON files. */
export function files(settings: FilesSettings): ConnectorConfig {
  return { connector: 'files', properties: given(settings) };
}

function database(connector: string, { username, password, ...properties }: DatabaseSettings): ConnectorConfig {
  return {
    connector,
    properties: given(properties),
    configuration: { credentials: password === undefined ? { username } : { username, password } },
  };
}

/** Without the members that are undefined. Defaults and rules are the catalogue's. */
function given(settings: object): Record<string, PropertyValue> {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

/** A data source as the API has it, `connector` being the id. */
export function plainSource(source: DataSourceInput): object {
  return typeof source?.connector === 'object' ? { ...source, ...source.connector } : source;
}
