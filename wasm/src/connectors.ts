import type { ConnectorConfig, DataSourceInput, PropertyValue } from './types.js';

/** How a connection is encrypted, as libpq names it. */
export type TlsMode = 'disable' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';

/** What every source may have. */
export interface SourceSettings {
  /** Milliseconds for which a gateway may give a reply over the source again; absent: it asks each time. */
  resultCacheTtl?: number | undefined;
}

/** How long to wait for a server. */
export interface ConnectSettings extends SourceSettings {
  /** Milliseconds; absent: 10,000. */
  connectionTimeout?: number | undefined;
}

/** How many connections are kept, and for how long. */
export interface PoolSettings extends ConnectSettings {
  /** Most connections at a time; absent: the engine's own limit. */
  maxConnections?: number | undefined;
  /** Milliseconds until an unused connection is closed; absent: the engine's own limit. */
  idleTimeout?: number | undefined;
}

/** How long to wait for a system that is asked over HTTP. */
export interface RequestSettings extends ConnectSettings {
  /** Milliseconds for the answer to one query; absent: 60,000. */
  queryTimeout?: number | undefined;
}

/** Where a database is, and who signs in. */
export interface DatabaseSettings extends PoolSettings {
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
}

/** Where an SQL Server is, and who signs in. */
export interface SqlServerSettings extends Omit<DatabaseSettings, 'tls'> {
  /** Name of an instance on that host; absent: the default instance, or what the port says. */
  instance?: string | undefined;
  /** What is encrypted; absent: `true`. */
  encrypt?: 'true' | 'strict' | 'false' | undefined;
  /** Take any certificate. */
  trustServerCertificate?: boolean | undefined;
}

/** Which files in an object store make a source. */
export interface S3Settings extends ConnectSettings {
  /** What holds the data. */
  bucket: string;
  /** A file or a folder in it; absent: the whole bucket. */
  prefix?: string | undefined;
  /** Absent: `us-east-1`. */
  region?: string | undefined;
  /** Absent: by file extension. */
  format?: 'auto' | 'parquet' | 'csv' | 'json' | undefined;
  /** Absent, with the secret key, for a public bucket. */
  accessKey?: string | undefined;
  /** Belongs to the access key. */
  secretKey?: string | undefined;
  /** Of temporary credentials. */
  sessionToken?: string | undefined;
  /** URL of a store beside AWS, such as MinIO. */
  endpoint?: string | undefined;
  /** The bucket in the path of the URL, not in its host. */
  pathStyle?: boolean | undefined;
}

/** Which BigQuery project, and what authenticates. */
export interface BigQuerySettings extends RequestSettings {
  /** Whose datasets are read. */
  project: string;
  /** Absent: all of them. */
  dataset?: string | undefined;
  /** Such as `EU`. */
  location?: string | undefined;
  /** Absent: what follows from the secret that is given. */
  authentication?: 'service_account' | 'token' | 'none' | undefined;
  /** The JSON of a service account's key. */
  serviceAccountKey?: string | undefined;
  /** With `token`: of OAuth 2. */
  accessToken?: string | undefined;
  /** The project that pays; absent: the same. */
  billingProject?: string | undefined;
  /** The most that one query may read. */
  maximumBytesBilled?: number | undefined;
  /** Of an emulator; absent: Google's. */
  apiUrl?: string | undefined;
  /** Take any certificate. */
  tlsSkipVerify?: boolean | undefined;
}

/** Which Snowflake account, and what authenticates. */
export interface SnowflakeSettings extends RequestSettings {
  /** Its identifier, such as `org-account`. */
  account: string;
  /** The database to read. */
  database: string;
  /** Absent: the user's own. */
  warehouse?: string | undefined;
  /** Of names without one; absent: PUBLIC. */
  schema?: string | undefined;
  /** Absent: the user's own. */
  role?: string | undefined;
  /** Of `keypair`. */
  username?: string | undefined;
  /** Absent: what follows from the secret that is given. */
  authentication?: 'keypair' | 'pat' | 'oauth' | undefined;
  /** PEM. */
  privateKey?: string | undefined;
  /** Where the key is encrypted. */
  privateKeyPassphrase?: string | undefined;
  /** Of `pat` and `oauth`. */
  token?: string | undefined;
  /** Absent: what follows from the account. */
  accountUrl?: string | undefined;
  /** Take any certificate. */
  tlsSkipVerify?: boolean | undefined;
}

/** Where a Prometheus is, and what authenticates. */
export interface PrometheusSettings extends RequestSettings {
  /** Such as `http://localhost:9090`. */
  url: string;
  /** Absent: what follows from what is given. */
  auth?: 'basicauth' | 'bearer' | 'awssigv4' | undefined;
  /** Of `basicauth`. */
  username?: string | undefined;
  /** Of `basicauth`. */
  password?: string | undefined;
  /** Of `bearer`. */
  token?: string | undefined;
  /** Of `awssigv4`, with the two keys. */
  region?: string | undefined;
  /** Of `awssigv4`. */
  accessKey?: string | undefined;
  /** Of `awssigv4`. */
  secretKey?: string | undefined;
  /** Where alerts are read from. */
  alertmanagerUrl?: string | undefined;
  /** Absent: none. */
  alertmanagerAuth?: 'basicauth' | undefined;
  /** Who signs in there. */
  alertmanagerUsername?: string | undefined;
  /** What proves it there. */
  alertmanagerPassword?: string | undefined;
  /** Take any certificate. */
  tlsSkipVerify?: boolean | undefined;
}

/** Where an InfluxDB is, and what authenticates. */
export interface InfluxDbSettings extends RequestSettings {
  /** Such as `http://localhost:8086`. */
  url: string;
  /** Its major version. */
  version?: '1' | '2' | '3' | undefined;
  /** Of versions 1 and 3. */
  database?: string | undefined;
  /** Of version 1. */
  retentionPolicy?: string | undefined;
  /** Of version 2. */
  organization?: string | undefined;
  /** Of version 2. */
  bucket?: string | undefined;
  /** Of version 1. */
  username?: string | undefined;
  /** Of version 1. */
  password?: string | undefined;
  /** Of versions 2 and 3. */
  token?: string | undefined;
  /** Take any certificate. */
  tlsSkipVerify?: boolean | undefined;
}

/** Where a MongoDB is, and who signs in. */
export interface MongoDbSettings extends PoolSettings {
  /** One, or several with commas between them. */
  host: string;
  /** Absent: 27017. */
  port?: number | string | undefined;
  /** Whose collections are read; absent: all. */
  database?: string | undefined;
  /** The host is an SRV name. */
  srv?: boolean | undefined;
  /** Absent where the server asks for none. */
  username?: string | undefined;
  /** Absent where the server asks for none. */
  password?: string | undefined;
  /** Where the user is defined. */
  authSource?: string | undefined;
  /** Absent: both sides agree on one. */
  authMechanism?: 'SCRAM-SHA-256' | 'SCRAM-SHA-1' | 'PLAIN' | undefined;
  /** Name of the set. */
  replicaSet?: string | undefined;
  /** Absent: `primary`. */
  readPreference?: 'primary' | 'primaryPreferred' | 'secondary' | 'secondaryPreferred' | 'nearest' | undefined;
  /** This server only. */
  directConnection?: boolean | undefined;
  /** Absent: as MongoDB has it. */
  tls?: 'disable' | 'require' | 'verify-full' | undefined;
  /** Documents that say what a collection's columns are. Absent: 1000. */
  sampleSize?: number | undefined;
}

/** Where an OpenSearch is, and what authenticates. */
export interface OpenSearchSettings extends RequestSettings {
  /** Such as `https://localhost:9200`. */
  url: string;
  /** Absent: what follows from what is given. */
  authentication?: 'none' | 'basic' | 'token' | 'sigv4' | undefined;
  /** Of `basic`. */
  username?: string | undefined;
  /** Of `basic`. */
  password?: string | undefined;
  /** Of `token`. */
  token?: string | undefined;
  /** Of `sigv4`, with the two keys. */
  region?: string | undefined;
  /** What a signature is for: `es`, or `aoss` for a serverless collection. Absent: `es`. */
  service?: 'es' | 'aoss' | undefined;
  /** Of `sigv4`. */
  accessKey?: string | undefined;
  /** Of `sigv4`. */
  secretKey?: string | undefined;
  /** Of temporary credentials. */
  sessionToken?: string | undefined;
  /** Fields that hold lists, with commas between them. */
  arrayFields?: string | undefined;
  /** How many parts of an index are read at once; absent: 4. */
  maxConnections?: number | undefined;
  /** Take any certificate. */
  tlsSkipVerify?: boolean | undefined;
}

/** Which file it is. */
export interface SqliteSettings extends SourceSettings {
  /** Absolute path on the machine that runs the gateway. */
  path: string;
}

/** Which files make a source. */
export interface FilesSettings extends SourceSettings {
  /** Absolute path of a file or folder on the machine that runs the gateway. */
  path: string;
  /** Absent: by file extension. */
  format?: 'auto' | 'parquet' | 'csv' | 'json' | undefined;
}

/** Tables of AWS Glue on S3, which an OpenSearch reads through Spark. */
export interface S3GlueSettings {
  /** The role that OpenSearch takes on. */
  roleArn: string;
  /** URL of the OpenSearch that keeps the index. */
  indexStoreUrl: string;
  /** How OpenSearch signs in there. */
  indexStoreAuth: 'noauth' | 'basicauth' | 'awssigv4';
  /** Of `basicauth`. */
  indexStoreUsername?: string | undefined;
  /** Of `basicauth`. */
  indexStorePassword?: string | undefined;
  /** Of `awssigv4`. */
  indexStoreRegion?: string | undefined;
  /** Whether the tables are Apache Iceberg. */
  iceberg?: boolean | undefined;
  /** Whether AWS Lake Formation guards them. */
  lakeFormation?: boolean | undefined;
  /** With `lakeFormation`. */
  lakeFormationSessionTag?: string | undefined;
}

/** PostgreSQL 10 and later. */
export function postgresql(settings: DatabaseSettings): ConnectorConfig {
  return connection('postgresql', settings);
}

/** MySQL 5.7 and later, MariaDB 10.3 and later. */
export function mysql(settings: DatabaseSettings): ConnectorConfig {
  return connection('mysql', settings);
}

/** Microsoft SQL Server and Azure SQL. */
export function sqlserver(settings: SqlServerSettings): ConnectorConfig {
  return connection('sqlserver', settings);
}

/** Parquet, CSV and JSON files on Amazon S3 or a store with its API. */
export function s3(settings: S3Settings): ConnectorConfig {
  return connection('s3', settings, { accessKey: 'username', secretKey: 'password' });
}

/** Google BigQuery. */
export function bigquery(settings: BigQuerySettings): ConnectorConfig {
  return connection('bigquery', settings);
}

/** Snowflake. */
export function snowflake(settings: SnowflakeSettings): ConnectorConfig {
  return connection('snowflake', settings);
}

/** Prometheus, and servers with its API. */
export function prometheus(settings: PrometheusSettings): ConnectorConfig {
  return connection('prometheus', settings, {
    url: 'prometheus.uri',
    auth: 'prometheus.auth.type',
    username: 'prometheus.auth.username',
    password: 'prometheus.auth.password',
    token: 'prometheus.auth.token',
    region: 'prometheus.auth.region',
    accessKey: 'prometheus.auth.access_key',
    secretKey: 'prometheus.auth.secret_key',
    alertmanagerUrl: 'alertmanager.uri',
    alertmanagerAuth: 'alertmanager.auth.type',
    alertmanagerUsername: 'alertmanager.auth.username',
    alertmanagerPassword: 'alertmanager.auth.password',
  });
}

/** InfluxDB 1, 2 and 3. */
export function influxdb(settings: InfluxDbSettings): ConnectorConfig {
  return connection('influxdb', settings);
}

/** MongoDB. */
export function mongodb(settings: MongoDbSettings): ConnectorConfig {
  return connection('mongodb', settings);
}

/** OpenSearch 2.4 and later. */
export function opensearch(settings: OpenSearchSettings): ConnectorConfig {
  return connection('opensearch', settings);
}

/** An SQLite 3 file. */
export function sqlite(settings: SqliteSettings): ConnectorConfig {
  return connection('sqlite', settings);
}

/** Parquet, CSV and JSON files. */
export function files(settings: FilesSettings): ConnectorConfig {
  return connection('files', settings);
}

/** Tables of AWS Glue on S3, for an OpenSearch. */
export function s3glue(settings: S3GlueSettings): ConnectorConfig {
  return glue('s3glue', settings);
}

/** Amazon Security Lake, for an OpenSearch. */
export function securityLake(settings: S3GlueSettings & { lakeFormationSessionTag: string }): ConnectorConfig {
  return glue('security_lake', settings);
}

function glue(connector: string, settings: S3GlueSettings): ConnectorConfig {
  const names = {
    auth: 'glue.auth.type',
    roleArn: 'glue.auth.role_arn',
    indexStoreUrl: 'glue.indexstore.opensearch.uri',
    indexStoreAuth: 'glue.indexstore.opensearch.auth',
    indexStoreUsername: 'glue.indexstore.opensearch.auth.username',
    indexStorePassword: 'glue.indexstore.opensearch.auth.password',
    indexStoreRegion: 'glue.indexstore.opensearch.region',
    iceberg: 'glue.iceberg.enabled',
    lakeFormation: 'glue.lakeformation.enabled',
    lakeFormationSessionTag: 'glue.lakeformation.session_tag',
  };
  return connection(connector, { auth: 'iam_role', ...settings }, names);
}

/**
 * The settings as the API has them, without members that are undefined: `username` and `password` are credentials, all
 * others properties. `names` says how the API spells a member. Defaults and rules are the catalogue's.
 */
function connection(connector: string, settings: object, names: Record<string, string> = {}): ConnectorConfig {
  const properties: Record<string, PropertyValue> = {};
  const credentials: Record<string, string> = {};
  for (const [member, value] of Object.entries(settings)) {
    if (value === undefined) continue;
    const name = names[member] ?? member;
    if (name === 'username' || name === 'password') credentials[name] = value;
    else properties[name] = value;
  }
  const plain = { connector, properties };
  return Object.keys(credentials).length > 0 ? { ...plain, configuration: { credentials } } : plain;
}

/** A data source as the API has it, `connector` being the id. */
export function plainSource(source: DataSourceInput): object {
  return typeof source?.connector === 'object' ? { ...source, ...source.connector } : source;
}
