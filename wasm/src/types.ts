import type { ColumnType } from './column.js';
import type { ResultSet } from './result.js';

/** Whether a data source answers queries. `ERROR` is set by the server, for a source whose last probe failed. */
export type Status = 'ACTIVE' | 'DISABLED' | 'ERROR';

/** A property as the API allows it. A port given as `'3306'` is as good as one given as a number. */
export type PropertyValue = string | number | boolean;

/** Who the server is to the external system. */
export interface Credentials {
  /** The name to sign in with. */
  username?: string;
  /** Reads show `******`; sent back in an update, that means "keep the stored one". */
  password?: string;
}

/** The part of a data source that says how to get there, where its properties do not. */
export interface Configuration {
  /** Such as a JDBC URL. It holds neither credentials nor parameters. */
  endpoint?: string;
  /** Absent for systems that need none. */
  credentials?: Credentials;
}

/** Which connector, and how it reaches the system: what `postgresql({…})` and its kin make. */
export interface ConnectorConfig {
  /** The catalogue's id, such as `postgresql`. */
  connector: string;
  /** By the keys of the connector's fields. */
  properties?: Record<string, PropertyValue>;
  /** Endpoint and credentials. */
  configuration?: Configuration;
}

/** A data source to create, update or test. */
export interface DataSourceInput {
  /** Unique, case-sensitive; the first part of a table's name in SQL. */
  name: string;
  /** The catalogue's id with `properties` and `configuration` beside it, or all three at once: `postgresql({…})`. */
  connector: string | ConnectorConfig;
  /** By the keys of the connector's fields. */
  properties?: Record<string, PropertyValue>;
  /** Endpoint and credentials. */
  configuration?: Configuration;
  /** What it is, for people. */
  description?: string;
  /** Empty or absent: everybody who may query. */
  allowedRoles?: string[];
  /** Absent: `query_execution_result_<name>`. */
  resultIndex?: string;
  /** Which of the server's engines reads it, such as `trino`; absent: one that can, the server's default first. */
  engine?: string;
  /** Absent: `ACTIVE`. */
  status?: Status;
  /** Given by the server; ignored in a request. */
  id?: string;
  /** Given by the server; ignored in a request, whose {@link WriteOptions.ifMatch} counts. */
  etag?: string;
}

/** A registered data source, as the server shows it: secrets are masked. */
export interface DataSource extends DataSourceInput {
  /** Absent where the server gives none, as OpenSearch does. */
  id: string;
  /**
   * What the server calls this version of it, another one after every write: for {@link WriteOptions.ifMatch}. Absent
   * where the server has no versions, as OpenSearch.
   */
  etag?: string;
  /** The catalogue's id. */
  connector: string;
  /** By the keys of the connector's fields. */
  properties: Record<string, PropertyValue>;
  /** Empty: there is none. */
  description: string;
  /** Empty: everybody who may query. */
  allowedRoles: string[];
  /** Whether it answers queries. */
  status: Status;
}

/** The reply to create, update and delete. */
export interface Acknowledgement {
  /** The server's id of the source. */
  dataSourceId: string;
  /** The source's name. */
  name: string;
  /** Absent after a delete. */
  status?: Status;
  /** Of what is stored now, for the next {@link WriteOptions.ifMatch}; absent as in {@link DataSource}. */
  etag?: string;
  /** What was done, in the server's words. */
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
  /** For people. */
  title: string;
  /** A check is skipped when one before it failed. */
  status: 'passed' | 'failed' | 'skipped';
  /** How long it took. */
  durationMs: number;
  /** What was found, or what is wrong and what to do. */
  message: string;
}

/** The outcome of a connection test. A test that failed is a report too. */
export interface TestReport {
  /** The source's name. */
  name: string;
  /** The catalogue's id of its connector. */
  connector: string;
  /** Whether no check failed. */
  passed: boolean;
  /** The system and its version, or the failed check's message. */
  message: string;
  /** In the order in which they were made. */
  checks: Check[];
}

/** How a form asks for a field. */
export type FieldType = 'text' | 'host' | 'port' | 'integer' | 'boolean' | 'choice' | 'path' | 'secret' | 'url';

/** One value that a `choice` may have. */
export interface Choice {
  /** What a data source says. */
  value: string;
  /** How a form names it. */
  title: string;
}

/** One setting of a connector. */
export interface Field {
  /** Its name among the connector's fields. */
  key: string;
  /** Where a data source keeps it, such as `properties.port`. */
  path: string;
  /** For people. */
  title: string;
  /** How a form asks for it. */
  type: FieldType;
  /** Where a form shows it. */
  group: 'connection' | 'credentials' | 'advanced';
  /** Whether a source must have it. */
  required: boolean;
  /** Whether replies mask it. */
  secret: boolean;
  /** What an absent one means. */
  default?: PropertyValue;
  /** A sentence about what to give. */
  help?: string;
  /** An example. */
  placeholder?: string;
  /** Of a number. */
  minimum?: number;
  /** Of a number. */
  maximum?: number;
  /** A regular expression for the whole text. */
  pattern?: string;
  /** A text of several lines, such as a private key. */
  multiline?: boolean;
  /** Of a `choice`: what may be given. */
  choices?: Choice[];
  /** Where it is of use; absent: always. A form leaves it out elsewhere, unless it has a value. */
  onlyWhen?: Condition;
}

/** What another field says where a field is of use. */
export interface Condition {
  /** That field's key. */
  field: string;
  /** Its value is one of these, as text; `true` of a boolean. */
  values: string[];
}

/** A kind of system that can be registered. */
export interface Connector {
  /** What a data source's `connector` says. */
  id: string;
  /** For people. */
  title: string;
  /** What it reaches, in a sentence. */
  description: string;
  /** What kind of system it is, such as `database`. */
  family: string;
  /** Query languages that its sources take. */
  languages: string[];
  /** Engines that can read it: of a server's answer, those that it runs. */
  engines: string[];
  /** What `configuration.endpoint` may be, by example; absent where it takes none. */
  endpoints?: string[];
  /** Its settings. */
  fields: Field[];
  /** Which of them are required only now and then; absent where there are none. */
  requirements?: Requirement[];
  /** Fields that follow from others where they are not given; the first that fits is meant. Absent where there are none. */
  implications?: Implication[];
}

/** Fields that another field's value makes required. */
export interface Requirement {
  /** That field's key. */
  field: string;
  /** The value; absent: any. */
  value?: string;
  /** Keys of the fields that it needs. */
  needs: string[];
}

/** What a field that is given says of one that is not: a token, that it is what signs in. */
export interface Implication {
  /** Key of the field that is given. */
  given: string;
  /** Key of the field that is not. */
  field: string;
  /** What that one then is. */
  value: string;
}

/** What a gateway says of itself. */
export interface ServerInfo {
  /** `ok` when it works. */
  status: string;
  /** Of the program. */
  version?: string;
  /** What runs the statements. */
  engine?: string;
}

/** A caller with a name and a password. */
export interface BasicAuth {
  /** The caller's name. */
  username: string;
  /** The caller's password. */
  password: string;
}

/** A caller with a token. */
export interface BearerAuth {
  /** The token alone, without `Bearer`. */
  token: string;
}

/** Who calls. */
export type Auth = BasicAuth | BearerAuth;

/** What an operation is doing. */
export interface Progress {
  /**
   * `sending`: a request is on its way and its reply awaited; `receiving`: the reply arrives; `retrying`: the same
   * request goes out again after `delay`; `polling`: what was asked for is not ready, and is asked for again after
   * `delay`.
   */
  state: 'sending' | 'receiving' | 'retrying' | 'polling';
  /** How many requests were sent so far. */
  requests: number;
  /** Of the body of the reply that arrives. */
  bytesReceived: number;
  /** The length of that body; undefined where the server does not say, or sends it compressed. */
  bytesTotal: number | undefined;
  /** Milliseconds until the next request; undefined but for `retrying` and `polling`. */
  delay: number | undefined;
}

/** What every operation takes last. */
export interface OperationOptions {
  /**
   * Aborting it ends the request and any waiting; the operation rejects with kind `cancelled`, or `timeout` for
   * `AbortSignal.timeout()`.
   */
  signal?: AbortSignal | undefined;
  /** Called with every change of state, and with every part of a reply that arrives. What it throws ends the operation. */
  onProgress?: ((progress: Progress) => void) | undefined;
}

/** How often something is asked for that is not ready yet. */
export interface PollOptions {
  /** Milliseconds; grows by half with every answer that is not the one waited for. Absent: 100. */
  firstDelay?: number;
  /** Milliseconds; no wait is longer. Absent: 2,000. */
  maximumDelay?: number;
  /** Milliseconds of waiting in all; 0: as long as it takes. */
  limit?: number;
}

/** Which tables of a source to describe. Names match in any case, as SQL has it. */
export interface SchemaOptions {
  /** Only this schema; absent: all. */
  schema?: string;
  /** Only tables of this name; absent: all. */
  table?: string;
  /** {@link SchemaPage.next} of the page before; absent: the first page. */
  after?: string;
  /** Tables of a page, 1 to 1000; absent: 100. */
  size?: number;
}

/** A column of a source's table. */
export interface ColumnDescription {
  /** The column's name. */
  name: string;
  /** The type that a statement's reply gives it. */
  type: ColumnType;
  /** Whether it may hold nulls. */
  nullable: boolean;
}

/** A table of a source, or what reads like one. */
export interface TableDescription {
  /** The schema that it is in. */
  schema: string;
  /** The table's name. */
  name: string;
  /** What it is. */
  type: 'table' | 'view' | 'file';
  /** Its columns, in order. */
  columns: ColumnDescription[];
  /** Why its columns could not be read; absent when they could. */
  problem?: string;
}

/** One page of what a source holds, ordered by schema and table. */
export interface SchemaPage {
  /** The source's name. */
  name: string;
  /** All schemas that were asked for, on every page. */
  schemas: string[];
  /** Tables that were asked for, on all pages. */
  total: number;
  /** The tables of this page. */
  tables: TableDescription[];
  /** What asks for the page behind it; absent on the last one. */
  next?: string;
}

/** What a write of a data source takes last. */
export interface WriteOptions extends OperationOptions {
  /**
   * The `etag` of the source as it was read. When somebody else changed it meanwhile, nothing is written, and the
   * operation rejects with kind `conflict` and status 412. Absent: whatever is there is replaced.
   */
  ifMatch?: string | undefined;
}

/** What to change of a data source; what is absent stays as it is. */
export interface DataSourceChanges {
  /** The new description. */
  description?: string;
  /** All roles that may query it from now on; empty: everybody. */
  allowedRoles?: string[];
  /** The new result index. */
  resultIndex?: string;
  /** Another engine; null: one that can. Not for an OpenSearch. */
  engine?: string | null;
  /** `ACTIVE` or `DISABLED`. */
  status?: Status;
  /** Merged into those that are stored; null takes one out. */
  properties?: Record<string, PropertyValue | null>;
  /** Each of its parts replaces the stored one. Not for an OpenSearch, whose credentials are properties. */
  configuration?: {
    /** A new one, such as a JDBC URL; empty: none. */
    endpoint?: string;
    /** Of these, what is named is replaced. */
    credentials?: Partial<Credentials>;
  };
}

/** The types that a parameter of a statement may have. */
export type ParameterType =
  | 'byte'
  | 'short'
  | 'integer'
  | 'long'
  | 'float'
  | 'double'
  | 'boolean'
  | 'date'
  | 'timestamp'
  | 'string'
  | 'keyword'
  | 'text';

/** A parameter that says its type. */
export interface TypedParameter {
  /** What the server is to read it as. */
  type: ParameterType;
  /** The value. */
  value: string | number | bigint | boolean;
}

/**
 * A value for a `?` of a SQL statement. Its type follows from the value: a whole number is `integer` or `long`, another
 * one `double`, a bigint `long`. `{ type, value }` says it: `{ type: 'double', value: 1 }`.
 */
export type ParameterValue = string | number | bigint | boolean | TypedParameter;

/** A statement to run. */
export interface Query {
  /** One statement. */
  text: string;
  /** Absent: `sql`. */
  language?: 'sql' | 'ppl' | undefined;
  /** One for each `?`, in order. SQL only. */
  parameters?: readonly ParameterValue[] | undefined;
  /** A name of the caller's choice that `client.cancel` ends it by; absent: the server makes one. */
  id?: string | undefined;
  /** `no-cache` for fresh rows where a source's results are cached, `no-store`, `max-age=60`; absent: as the source says. */
  cacheControl?: string | undefined;
}

/** How a data source is: `disabled` ones are not probed, `unknown` ones were not yet. */
export type HealthState = 'up' | 'down' | 'unknown' | 'disabled';

/** What came of reaching for a source once. */
export interface ProbeOutcome {
  /** When it ended, in ISO 8601. */
  time: string;
  /** Whether the source answered as it should. */
  up: boolean;
  /** Milliseconds that it took. */
  durationMs: number;
  /** Whether it was its turn, somebody tested the source, or a statement could not reach it. */
  cause: 'interval' | 'test' | 'statement';
  /** The check of the connection test that failed. */
  check?: string;
  /** The system and its version, or what is wrong and what to do. */
  message: string;
}

/** The health of a data source. */
export interface SourceHealth {
  /** Of the source. */
  name: string;
  /** How it is. */
  state: HealthState;
  /** When it became so, in ISO 8601. */
  since?: string;
  /** Share of the observed time that it was up, 0 to 1. */
  uptime?: number;
  /** How much of the window was observed. */
  observedMs: number;
  /** How far `uptime` looks back. */
  windowMs: number;
  /** The newest outcome. */
  last?: ProbeOutcome;
  /** The newest outcomes, newest first; absent in a summary. */
  probes?: ProbeOutcome[];
}

/** How many sources are how, and each of them. */
export interface HealthSummary {
  /** How many answered as they should, when they were reached for last. */
  up: number;
  /** How many did not. */
  down: number;
  /** How many were not probed since they were written. */
  unknown: number;
  /** How many are disabled. */
  disabled: number;
  /** By name, without their probes. */
  sources: SourceHealth[];
}

/** A statement whose rows come in pages. */
export interface PagedQuery extends Query {
  /** Rows of a page. */
  fetchSize: number;
}

/** What a statement that answers in rows takes last. */
export interface RowsOptions extends OperationOptions {
  /**
   * Called while the rows come, with those that are there: one result that grows between calls, and that the operation
   * gives in the end. Its columns' `values` and `valid` are views of the moment. When the operation rejects, the rows
   * that came stay in it, unless it is `disposed`: they are not all of them, and yours to dispose of. Absent: rows are
   * decoded when all have come. What it throws ends the operation.
   */
  onRows?: ((rows: ResultSet) => void) | undefined;
}

/** Options of a SQL statement. */
export interface QueryOptions extends RowsOptions {
  /** One for each `?`, in order. */
  parameters?: readonly ParameterValue[] | undefined;
  /** A name of the caller's choice that `client.cancel` ends it by; absent: the server makes one. */
  id?: string | undefined;
  /** `no-cache` for fresh rows where a source's results are cached, `no-store`, `max-age=60`; absent: as the source says. */
  cacheControl?: string | undefined;
}

/** A reply's form as text: RFC 4180 with a header row, or the same with `|` between the cells. */
export type QueryTextFormat = 'csv' | 'raw';

/** A statement for the engine behind a source, which runs it on its own time. */
export interface AsyncQuery {
  /** The source whose engine runs it. */
  dataSource: string;
  /** One statement. */
  text: string;
  /** Absent: `sql`. */
  language?: 'sql' | 'ppl';
  /** Of an earlier query, to run on the engine that it warmed up. */
  session?: string;
}

/** PromQL at one moment. */
export interface InstantQuery {
  /** The expression. */
  text: string;
  /** Seconds since 1970. */
  time: number;
}

/** PromQL over a stretch of time. */
export interface RangeQuery {
  /** The expression. */
  text: string;
  /** The first sample's time, seconds since 1970. */
  start: number;
  /** The last sample's time at most, seconds since 1970. */
  end: number;
  /** Seconds from one sample to the next. */
  step: number;
}

/** A query in any language that the source knows. */
export interface SourceQuery {
  /** The query. */
  text: string;
  /** Such as `PROMQL`. */
  language: string;
  /** What the language's engine wants besides. */
  options?: Record<string, string | number>;
}

/** A query in a source's own language. */
export type DirectQuery = InstantQuery | RangeQuery | SourceQuery;

/** Settings of the query engine by their full names, such as `plugins.query.size_limit`; null: the default. */
export type SettingValues = Record<string, string | number | boolean | null>;

/** What is set, or to set. */
export interface QuerySettings {
  /** Kept over a restart of the cluster. */
  persistent?: SettingValues;
  /** Until the cluster restarts. */
  transient?: SettingValues;
}
