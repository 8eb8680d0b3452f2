export { Client, type ConnectOptions } from './client.js';
export type { Column, ColumnForm, ColumnOf, ColumnType, ColumnTypes } from './column.js';
export {
  files,
  mysql,
  postgresql,
  sqlite,
  type DatabaseSettings,
  type FilesSettings,
  type SqliteSettings,
  type TlsMode,
} from './connectors.js';
export type { DataSources } from './datasources.js';
export {
  CancelledError,
  ConflictError,
  ConnectionError,
  DataSourceError,
  DisabledError,
  ForbiddenError,
  InvalidError,
  MalformedError,
  NotFoundError,
  ServerError,
  TimeoutError,
  UnauthorizedError,
  UnsupportedError,
  type ErrorDetails,
  type ErrorKind,
} from './errors.js';
export { connectors, load, validate, type WasmSource } from './load.js';
export type { Pages } from './pages.js';
export type { Alert, DirectResources, MetricMetadata, ResourceParameters, Rule, RuleGroup } from './resources.js';
export type { CsvOptions, ResultSet, Row, Value } from './result.js';
export type { DirectResult, Labels, Series } from './series.js';
export type {
  Acknowledgement,
  AsyncQuery,
  Auth,
  BasicAuth,
  BearerAuth,
  Check,
  Choice,
  Configuration,
  Connector,
  ConnectorConfig,
  Credentials,
  DataSource,
  DataSourceChanges,
  DataSourceInput,
  DirectQuery,
  Field,
  FieldType,
  InstantQuery,
  OperationOptions,
  PagedQuery,
  ParameterType,
  ParameterValue,
  PollOptions,
  Progress,
  PropertyValue,
  Query,
  QueryOptions,
  QuerySettings,
  QueryTextFormat,
  RangeQuery,
  ServerInfo,
  SettingValues,
  SourceQuery,
  Status,
  TestReport,
  TypedParameter,
  Violation,
} from './types.js';
