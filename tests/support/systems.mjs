// The systems that can run here, each with a table `stations`, and what every one of them has to do behind a gateway.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { bigQueryAgainst, bigQueryMissing, startBigQuery } from './bigquery.mjs';
import { startMariaDb, startPostgreSql } from './databases.mjs';
import { curl } from './gateway.mjs';
import { startInfluxDb } from './influxdb.mjs';
import { mongoDbMissing, startMongoDb } from './mongodb.mjs';
import { s3Missing, startS3 } from './objects.mjs';
import { openSearchMissing, startOpenSearch } from './opensearch.mjs';
import { run, temporaryFolder } from './process.mjs';
import { startPrometheus } from './prometheus.mjs';
import { proved, system } from './scoreboard.mjs';
import { snowflakeAgainst, snowflakeDriversAgainst, snowflakeMissing, startSnowflake } from './snowflake.mjs';
import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';

const base = '/_plugins/_query/_datasources';
const moment = '2024-05-06T07:08:09Z';

/** Station n as the k-th system has it: the systems have different ones, so that a join is not all rows. */
const stations = (k) => Array.from({ length: 60 }, (_, i) => i + 1).filter((id) => id % (k + 2) !== 0).map((id) => ({ id, value: (id * (k + 3)) % 17 }));
const values = (rows) => rows.map(({ id, value }) => `(${id}, ${value})`).join(', ');
const csv = (rows) => ['id,value', ...rows.map(({ id, value }) => `${id},${value}`)].join('\n');

const snowflakeStatements = (rows) => ['create table stations (id integer, value double)', `insert into stations values ${values(rows)}`];

/** Parquet in a bucket, written by the Trino that is asked for it and known to a file metastore beside it, as somebody who keeps a lake has it. */
async function startTablesInS3(rows, { trino }) {
  const server = await startS3();
  const { accessKey, secretKey, ...properties } = server.config;
  const settings = {
    'hive.metastore': 'file',
    'hive.metastore.catalog.dir': 's3://lake/meta',
    'hive.non-managed-table-writes-enabled': true,
    'fs.native-s3.enabled': true,
    's3.endpoint': server.endpoint,
    's3.region': 'us-east-1',
    's3.path-style-access': true,
    's3.aws-access-key': accessKey,
    's3.aws-secret-key': secretKey,
  };
  await trino.query(`create catalog lake using hive with (${Object.entries(settings).map(([key, value]) => `"${key}" = '${value}'`)})`);
  await trino.query('create schema lake.default');
  await trino.query(`create table lake.default.stations with (format = 'PARQUET', external_location = 's3://lake/data/stations') as
    select id, cast(value as double) as value from (values ${values(rows)}) as t (id, value)`);
  await trino.query('drop catalog lake');
  const configuration = { credentials: { username: accessKey, password: secretKey } };
  const source = { properties: { ...properties, prefix: 'meta' }, configuration };
  return { ...server, source, embedded: { properties: { ...properties, prefix: 'data', format: 'parquet' }, configuration } };
}

/**
 * The systems. `start(rows, gateway)` gives how to reach a server that holds them, and `stop`; `table` is what a statement names, below the
 * source; `select` gives `id` and `value` of it, `columns` are those that it has. `start` may tell the server's `version` itself: Trino does not.
 * `trino`: the same where that engine differs; absent where it was not tried. `here`: the same statement does not run on both engines.
 * `refused`: statements that are refused, and in which words. `start` gives `embedded` where the embedded engine needs another source.
 */
export const systems = [
  {
    connector: 'postgresql',
    trino: {},
    table: 'public.stations',
    async start(rows) {
      const server = await startPostgreSql({ sql: `create table stations (id integer, value double precision); insert into stations values ${values(rows)}` });
      const { username, password, ...properties } = server.config;
      const version = `PostgreSQL ${await server.query('show server_version')}`;
      return { ...server, version, source: { properties, configuration: { credentials: { username, password } } } };
    },
  },
  {
    connector: 'mysql',
    trino: {},
    table: 'shop.stations',
    async start(rows) {
      const server = await startMariaDb({ sql: `create table stations (id integer, value double); insert into stations values ${values(rows)}` });
      const { username, password, ...properties } = server.config;
      const version = `MariaDB ${await server.query('select version()')}`;
      return { ...server, version, source: { properties, configuration: { credentials: { username, password } } } };
    },
  },
  {
    connector: 's3',
    missing: s3Missing,
    against: 'moto 5',
    table: 'stations',
    trino: { start: startTablesInS3 },
    async start(rows) {
      const server = await startS3({ objects: { 'stations.csv': csv(rows) } });
      const { accessKey, secretKey, ...properties } = server.config;
      return { ...server, source: { properties, configuration: { credentials: { username: accessKey, password: secretKey } } } };
    },
  },
  {
    connector: 'bigquery',
    missing: bigQueryMissing,
    against: bigQueryAgainst,
    table: 'shop.stations',
    async start(rows) {
      const server = await startBigQuery({ sql: ['create table shop.stations (id int64, value float64)', `insert into shop.stations (id, value) values ${values(rows)}`] });
      return { ...server, source: { properties: server.config } };
    },
  },
  {
    connector: 'snowflake',
    missing: snowflakeMissing,
    against: snowflakeAgainst,
    table: 'public.stations',
    trino: {
      against: snowflakeDriversAgainst,
      async start(rows) {
        const server = await startSnowflake({ sql: snowflakeStatements(rows) });
        const credentials = { username: server.username };
        return { ...server, source: { properties: server.driversConfig, configuration: { credentials } }, embedded: { properties: server.config, configuration: { credentials } } };
      },
    },
    async start(rows) {
      const server = await startSnowflake({ sql: snowflakeStatements(rows) });
      return { ...server, source: { properties: server.config, configuration: { credentials: { username: server.username } } } };
    },
  },
  {
    connector: 'prometheus',
    trino: {
      here: true, // its columns differ: labels are one map
      table: 'stations',
      columns: ['labels', 'timestamp', 'value'],
      select: (table) => `select cast(labels['id'] as integer) as id, value from ${table} where timestamp between timestamp '2024-05-06 07:08:00 UTC' and timestamp '2024-05-06 07:08:10 UTC'`,
      refused: (table) => [[`select value from ${table} where timestamp = timestamp '2024-05-06 07:08:09 UTC'`, /write a range: timestamp >= … AND timestamp < …/]],
    },
    table: 'metrics.stations',
    select: (table) => `select cast(id as integer) as id, value from ${table} where "timestamp" = timestamp '2024-05-06 07:08:09'`,
    async start(rows) {
      const milliseconds = Date.parse(moment);
      const server = await startPrometheus({ samples: rows.map(({ id, value }) => ({ name: 'stations', labels: { id: String(id) }, milliseconds, value })) });
      return { ...server, source: { properties: { 'prometheus.uri': server.url } } };
    },
  },
  {
    connector: 'influxdb',
    table: 'autogen.stations',
    select: (table) => `select cast(id as integer) as id, value from ${table}`,
    async start(rows) {
      const nanoseconds = BigInt(Date.parse(moment)) * 1_000_000n;
      const server = await startInfluxDb({ lines: { autogen: rows.map(({ id, value }) => `stations,id=${id} value=${value} ${nanoseconds}`).join('\n') } });
      return { ...server, source: { properties: { url: server.url, version: '1', database: 'metrics' } } };
    },
  },
  {
    connector: 'mongodb',
    trino: {},
    missing: mongoDbMissing,
    against: 'mongo-java-server 1.46',
    table: 'fleet.stations',
    async start(rows) {
      const server = await startMongoDb();
      await server.client.db('fleet').collection('stations').insertMany(rows);
      return { ...server, source: { properties: { host: '127.0.0.1', port: server.port, database: 'fleet' } } };
    },
  },
  {
    connector: 'opensearch',
    trino: {},
    missing: openSearchMissing,
    table: 'stations',
    async start(rows) {
      const server = await startOpenSearch();
      await server.fill('stations', { mappings: { properties: { id: { type: 'integer' }, value: { type: 'double' } } }, documents: Object.fromEntries(rows.map((row) => [row.id, row])) });
      return { ...server, source: { properties: { url: server.url } } };
    },
  },
  {
    connector: 'sqlite',
    against: 'SQLite 3',
    table: 'stations',
    async start(rows) {
      const folder = await temporaryFolder();
      const path = join(folder.path, 'stations.db');
      const script = "import sqlite3, sys; d = sqlite3.connect(sys.argv[1]); d.executescript(sys.stdin.read()); d.commit()";
      await run('python3', ['-c', script, path], { input: `create table stations (id integer, value real); insert into stations values ${values(rows)};` });
      return { stop: folder.remove, source: { properties: { path } } };
    },
  },
  {
    connector: 'files',
    against: 'files',
    table: 'stations',
    async start(rows) {
      const folder = await temporaryFolder();
      await writeFile(join(folder.path, 'stations.csv'), csv(rows));
      return { stop: folder.remove, source: { properties: { path: folder.path } } };
    },
  },
];

const name = ({ connector }) => `the-${connector}`;
const rowsOf = (one) => (one.select ?? ((table) => `select id, value from ${table}`))(`"${name(one)}".${one.table}`);

/**
 * The tests: each system is created, tested, browsed and queried, joined with every other one, disabled and deleted.
 * @param title  of the suite
 * @param engine that the gateway runs statements on: `duckdb`, `trino`
 * @param chosen of `systems`
 * @param start  gives a gateway: { url, stop }; on a Trino also `trino` and `embedded`, a gateway on the embedded engine, which has to give the same rows
 * @param together whether a statement joins a system with all others at once, where one costs more than its rows
 * @param skip   why none of it can run here
 */
export function testSystems(title, { engine, chosen, start, together = false, skip = false }) {
  const runnable = chosen.filter(({ missing }) => !missing);
  describe(title, { timeout: 600_000, skip }, () => suite({ engine, chosen, runnable, start, together }));
}

function suite({ engine, chosen, runnable, start, together }) {
  const servers = new Map();
  const versions = new Map();
  const unproved = new Set(runnable); // what was not read or not joined is not proved, whatever else went well
  let joined = false;
  let gateway;

  before(async () => {
    gateway = await start();
    for (const one of runnable) servers.set(one, await one.start(stations(chosen.indexOf(one)), gateway));
  });
  after(async () => {
    await gateway?.stop();
    await Promise.all([...servers.values()].map((server) => server.stop()));
  });

  const call = async (status, method, path, body, at = gateway) => {
    const reply = await curl(at.url, method, path, body);
    assert.equal(reply.status, status, reply.text);
    return reply.json();
  };
  /** The rows of a statement over these systems; where there is an embedded engine beside, it gives the same. */
  const sql = async (query, ...over) => {
    const run = async (at) => (await call(200, 'POST', '/_plugins/_sql', { query }, at)).datarows;
    const rows = await run(gateway);
    if (gateway.embedded && !over.some(({ here }) => here)) assert.deepEqual(await run(gateway.embedded), rows, `the embedded engine: ${query}`);
    return rows;
  };

  for (const one of chosen) {
    test(`${one.connector} is created, tested, browsed and queried`, { skip: one.missing }, async () => {
      const { source, embedded = source } = servers.get(one);
      await call(201, 'POST', base, { name: name(one), connector: one.connector, ...source });
      if (gateway.embedded) await call(201, 'POST', base, { name: name(one), connector: one.connector, ...embedded }, gateway.embedded);
      const report = await call(200, 'POST', `${base}/${name(one)}/_test`);
      assert.ok(report.passed, JSON.stringify(report, null, 2));
      versions.set(one, report.message);
      const { tables } = await call(200, 'GET', `${base}/${name(one)}/_schema?table=stations`);
      assert.equal(tables.length, 1);
      const columns = tables[0].columns.map((column) => column.name.toLowerCase()); // Snowflake's are upper-case
      for (const column of one.columns ?? ['id', 'value']) assert.ok(columns.includes(column), JSON.stringify(tables));
      const expected = stations(chosen.indexOf(one)).map(({ id, value }) => [id, value]);
      for (const [query, words] of one.refused?.(`"${name(one)}".${one.table}`) ?? [])
        assert.match(JSON.stringify(await call(400, 'POST', '/_plugins/_sql', { query })), words);
      assert.deepEqual((await sql(`${rowsOf(one)} order by id`, one)).map(([id, value]) => [Number(id), Number(value)]), expected);
      unproved.delete(one);
    });
  }

  /** How many rows of two systems have the same id, and the sum of the products of their values. */
  const matches = (left, right) => {
    const byId = new Map(stations(chosen.indexOf(right)).map(({ id, value }) => [id, value]));
    const both = stations(chosen.indexOf(left)).filter(({ id }) => byId.has(id));
    return [both.length, both.reduce((sum, { id, value }) => sum + value * byId.get(id), 0)];
  };

  test('every pair of them joins', async () => {
    for (const [i, left] of runnable.entries()) {
      const others = runnable.slice(i + 1);
      // Outer joins do not thin out the rows of one another, so that one statement joins a system with several by themselves.
      for (const rights of together && others.length > 0 ? [others] : others.map((right) => [right])) {
        const found = rights.map((_, k) => `count(b${k}.id), sum(a.value * b${k}.value)`).join(', ');
        const joins = rights.map((right, k) => `${together ? 'left join' : 'join'} (${rowsOf(right)}) b${k} on b${k}.id = a.id`).join(' ');
        const [row] = (await call(200, 'POST', '/_plugins/_sql', { query: `select ${found} from (${rowsOf(left)}) a ${joins}` })).datarows;
        const named = (values) => rights.map(({ connector }, k) => [`${left.connector} with ${connector}`, ...values.slice(2 * k, 2 * k + 2)]);
        assert.deepEqual(named(row.map(Number)), named(rights.flatMap((right) => matches(left, right))));
      }
    }
    joined = true;
  });

  test('all of them join in one statement', async () => {
    const [first, ...others] = runnable;
    const shared = stations(chosen.indexOf(first)).filter(({ id }) => others.every((one) => stations(chosen.indexOf(one)).some((row) => row.id === id)));
    const joins = others.map((one, i) => `join (${rowsOf(one)}) t${i} on t${i}.id = a.id`).join(' ');
    assert.equal((await sql(`select count(*) from (${rowsOf(first)}) a ${joins}`, ...runnable))[0][0], shared.length);
  });

  for (const one of chosen) {
    test(`${one.connector} is disabled and deleted`, { skip: one.missing }, async () => {
      await call(200, 'PATCH', base, { name: name(one), status: 'DISABLED' });
      assert.match(JSON.stringify(await call(403, 'POST', '/_plugins/_sql', { query: rowsOf(one) })), /DISABLED/);
      await call(200, 'DELETE', `${base}/${name(one)}`);
      await call(404, 'GET', `${base}/${name(one)}`);
      assert.ok(joined && !unproved.has(one), 'it was not read or not joined');
      proved(engine, one.connector, one.against ?? system(servers.get(one).version ?? versions.get(one)));
    });
  }
}
