/** Whether a data source answers queries. `ERROR` is set by the server, for a source whose last probe failed. */
export type Status = 'ACTIVE' | 'DISABLED' | 'ERROR';

export type PropertyValue = string | number | boolean;

export interface Credentials {
  username?: string;
  /** Reads show `******`; sent back in an update, that means "keep the stored one". */
  password?: string;
}

export interface Configuration {
  /** Such as a JDBC URL. It holds neither credentials nor parameters. */
  endpoint?: string;
  credentials?: Credentials;
}

/** Which connector, and how it reaches the system: what `postgresql({…})` and its kin make. */
export interface ConnectorConfig {
  /** The catalogue's id, such as `postgresql`. */
  connector: string;
  properties?: Record<string, PropertyValue>;
  configuration?: Configuration;
}

/** A data source to create, update or test. */
export interface DataSourceInput {
  /** Unique, case-sensitive; the first part of a table's name in SQL. */
  name: string;
  /** The catalogue's id with `properties` and `configuration` beside it, or all three at once: `postgresql({…})`. */
  connector: string | ConnectorConfig;
  properties?: Record<string, PropertyValue>;
  configuration?: Configuration;
  description?: string;
  /** Empty or absent: everybody who may query. */
  allowedRoles?: string[];
  /** Absent: `query_execution_result_<name>`. */
  resultIndex?: string;
  status?: Status;
  /** Given by the server; ignored in a request. */
  id?: string;
}

/** A registered data source, as the server shows it: secrets are masked. */
export interface DataSource extends DataSourceInput {
  id: string;
  connector: string;
  properties: Record<string, PropertyValue>;
  description: string;
  allowedRoles: string[];
  status: Status;
}

/** The reply to create, update and delete. */
export interface Acknowledgement {
  dataSourceId: string;
  name: string;
  /** Absent after a delete. */
  status?: Status;
  message: string;
}

/** One broken rule of a data source. */
export interface Violation {
  /** Path in the data source, such as `properties.port`. */
  field: string;
  /** Stable and for programs, such as `port_range`. */
  code: string;
  /** What is wrong, in plain words. */
  message: string;
  /** What to do about it: "use 1 to 65535". */
  fix: string;
}

/** One step of a connection test. */
export interface Check {
  /** Stable: `resolve`, `connect`, `authenticate`, `version`, `tables`, `open`. */
  name: string;
  title: string;
  status: 'passed' | 'failed' | 'skipped';
  durationMs: number;
  /** What was found, or what is wrong and what to do. */
  message: string;
}

/** The outcome of a connection test. A test that failed is a report too. */
export interface TestReport {
  name: string;
  connector: string;
  passed: boolean;
  /** The system and its version, or the failed check's message. */
  message: string;
  checks: Check[];
}

export type FieldType = 'text' | 'host' | 'port' | 'integer' | 'boolean' | 'choice' | 'path' | 'secret' | 'url';

/** One setting of a connector. */
export interface Field {
  key: string;
  /** Where a data source keeps it, such as `properties.port`. */
  path: string;
  title: string;
  type: FieldType;
  group: 'connection' | 'credentials' | 'advanced';
  required: boolean;
  secret: boolean;
  default?: PropertyValue;
  help?: string;
  placeholder?: string;
  minimum?: number;
  maximum?: number;
  /** A regular expression for the whole text. */
  pattern?: string;
  /** A text of several lines, such as a private key. */
  multiline?: boolean;
  choices?: { value: string; title: string }[];
}

/** A kind of system that can be registered. */
export interface Connector {
  id: string;
  title: string;
  description: string;
  family: string;
  languages: string[];
  engines: string[];
  fields: Field[];
}

/** What a gateway says of itself. */
export interface ServerInfo {
  status: string;
  version?: string;
  engine?: string;
}

/** Who calls. */
export type Auth = { username: string; password: string } | { token: string };

export interface OperationOptions {
  /**
   * Aborting it ends the request and any waiting; the operation rejects with kind `cancelled`, or `timeout` for
   * `AbortSignal.timeout()`.
   */
  signal?: AbortSignal | undefined;
}
