import type { ConnectorConfig, DataSourceInput, PropertyValue } from './types.js';

/** How a connection is encrypted, as libpq names it. */
export type TlsMode = 'disable' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';

/** Where a database is, and who signs in. */
export interface DatabaseSettings {
  /** Name or address, without scheme and port. */
  host: string;
  /** Absent: the system's own port. */
  port?: number | string | undefined;
  /** The database's name. */
  database: string;
  /** Best one that may only read. */
  username: string;
  /** Absent where the database asks for none. */
  password?: string | undefined;
  /** Absent: `prefer`. */
  tls?: TlsMode | undefined;
  /** Milliseconds; absent: 10,000. */
  connectionTimeout?: number | undefined;
}

/** Which file it is. */
export interface SqliteSettings {
  /** Absolute path on the machine that runs the gateway. */
  path: string;
}

/** Which files make a source. */
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
export function sqlite(settings: SqliteSettings): ConnectorConfig {
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
