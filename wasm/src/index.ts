export { Client, type ConnectOptions } from './client.js';
export type { DataSources } from './datasources.js';
export {
  files,
  mysql,
  postgresql,
  sqlite,
  type DatabaseSettings,
  type FilesSettings,
  type TlsMode,
} from './connectors.js';
export {
  CancelledError,
  ConflictError,
  ConnectionError,
  DataSourceError,
  InvalidError,
  NotFoundError,
  type ErrorDetails,
  type ErrorKind,
} from './errors.js';
export { connectors, load, validate, type WasmSource } from './load.js';
export type { Column, ColumnOf, ColumnType, ColumnTypes } from './column.js';
export type { ResultSet, Row } from './result.js';
export type {
  Acknowledgement,
  Auth,
  Check,
  Configuration,
  Connector,
  ConnectorConfig,
  Credentials,
  DataSource,
  DataSourceInput,
  Field,
  FieldType,
  OperationOptions,
  PropertyValue,
  ServerInfo,
  Status,
  TestReport,
  Violation,
} from './types.js';
