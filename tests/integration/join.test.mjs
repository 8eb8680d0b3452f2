// The line through every part: a real PostgreSQL and a real MariaDB, joined through the gateway from curl, from C++ and from Node.js.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { Client, mysql, postgresql } from 'datasource-sdk';

import { startMariaDb, startPostgreSql } from '../support/databases.mjs';
import { curl, repository, startGateway } from '../support/gateway.mjs';
import { run } from '../support/process.mjs';
import * as shop from '../support/shop.mjs';

const base = '/_plugins/_query/_datasources';

describe('PostgreSQL and MariaDB behind one gateway', { timeout: 120_000 }, () => {
  let crm, orders, gateway;

  before(async () => {
    [crm, orders, gateway] = await Promise.all([startPostgreSql({ sql: shop.postgreSql }), startMariaDb({ sql: shop.mariaDb }), startGateway()]);
  });

  after(async () => {
    await Promise.all([crm?.stop(), orders?.stop(), gateway?.stop()]);
  });

  const source = (name, connector, { username, password, ...properties }) => ({
    name,
    connector,
    properties,
    configuration: { credentials: { username, password } },
  });

  test('curl: create, read, test, join, delete', async () => {
    const created = await curl(gateway.url, 'POST', base, source('crm', 'postgresql', crm.config));
    assert.equal(created.status, 201, created.text);
    assert.equal(created.json().message, 'Created DataSource with name crm');
    assert.equal((await curl(gateway.url, 'POST', base, source('mysql-customer-database', 'mysql', orders.config))).status, 201);

    const read = (await curl(gateway.url, 'GET', `${base}/crm`)).json();
    assert.equal(read.properties.port, crm.port);
    assert.equal(read.configuration.credentials.password, '******');
    assert.deepEqual((await curl(gateway.url, 'GET', base)).json().map(({ name }) => name), ['crm', 'mysql-customer-database']);

    const report = (await curl(gateway.url, 'POST', `${base}/crm/_test`)).json();
    assert.equal(report.passed, true, JSON.stringify(report));
    assert.match(report.message, /^PostgreSQL 1\d\.\d+/);
    assert.deepEqual(report.checks.map(({ name, status }) => [name, status]), [
      ['resolve', 'passed'],
      ['connect', 'passed'],
      ['tls', 'passed'],
      ['authenticate', 'passed'],
      ['version', 'passed'],
      ['tables', 'passed'],
    ]);
    const other = (await curl(gateway.url, 'POST', `${base}/mysql-customer-database/_test`)).json();
    assert.match(other.message, /^MariaDB 10\./);

    const result = await curl(gateway.url, 'POST', '/_plugins/_sql', { query: shop.joinStatement('crm', '"mysql-customer-database"') });
    assert.equal(result.status, 200, result.text);
    const { schema, total } = result.json();
    assert.deepEqual(schema, [
      { name: 'region', type: 'keyword' },
      { name: 'orders', type: 'long' },
      { name: 'total', type: 'decimal' },
    ]);
    const expected = shop.expectedRows();
    assert.equal(total, expected.length);
    // As text: a JSON parser would round the decimals.
    for (const [region, count, amount] of expected) assert.ok(result.text.includes(`[${JSON.stringify(region)},${count},${amount}]`), result.text);

    for (const name of ['crm', 'mysql-customer-database']) assert.equal((await curl(gateway.url, 'DELETE', `${base}/${name}`)).status, 200);
    assert.equal((await curl(gateway.url, 'GET', `${base}/crm`)).status, 404);
  });

  test('C++: examples/cpp/join_databases', async () => {
    const example = join(repository, 'build/examples/join_databases');
    assert.ok(existsSync(example), 'the example was built');
    const { stdout } = await run(example, [gateway.url, shop.joinStatement('crm', 'orders')], {
      env: {
        PGHOST: '127.0.0.1', PGPORT: crm.port, PGDATABASE: 'crm', PGUSER: 'app', PGPASSWORD: crm.password,
        MYSQL_HOST: '127.0.0.1', MYSQL_PORT: orders.port, MYSQL_DATABASE: 'shop', MYSQL_USER: 'app', MYSQL_PASSWORD: orders.password,
      },
    });
    assert.match(stdout, /^crm: resolve \d+ ms, connect \d+ ms, tls \d+ ms, authenticate \d+ ms, version \d+ ms, tables \d+ ms: PostgreSQL 1/m);
    const rows = stdout.split('\n').slice(-6, -1).map((line) => line.trim().split(/ +/));
    assert.deepEqual(rows, shop.expectedRows().map(([region, count, total]) => [region ?? 'NULL', String(count), total]));
  });

  test('Node.js: the WebAssembly client', async () => {
    const client = await Client.connect({ url: gateway.url });
    try {
      await client.datasources.create({ name: 'crm', connector: postgresql(crm.config) });
      await client.datasources.create({ name: 'orders', connector: mysql(orders.config) });
      assert.equal((await client.datasources.test('orders')).passed, true);

      const result = await client.sql(shop.joinStatement('crm', 'orders'));
      assert.deepEqual(result.columns.map(({ name, type }) => [name, type]), [['region', 'keyword'], ['orders', 'long'], ['total', 'decimal']]);
      assert.deepEqual([...result.rows()].map(({ region, orders, total }) => [region, Number(orders), total]), shop.expectedRows());
      result.dispose();

      for (const name of ['crm', 'orders']) await client.datasources.delete(name);
      assert.deepEqual(await client.datasources.list(), []);
    } finally {
      await client.close();
    }
  });

  test('a connection test tells failures apart and shows no password', async () => {
    const attempt = async (change) => (await curl(gateway.url, 'POST', `${base}/_test`, source('crm', 'postgresql', { ...crm.config, ...change }))).json();
    const failures = {
      'wrong password': [{ password: 'wr0ng-s3cret' }, 'authenticate'],
      'no such database': [{ database: 'nope' }, 'authenticate'],
      'nothing listens': [{ port: 1 }, 'connect'],
      'no such host': [{ host: 'no-such-host.invalid' }, 'resolve'],
      'another kind of server': [{ port: orders.port }, 'connect'],
      'no TLS where it is demanded': [{ tls: 'require' }, 'tls'],
    };
    const messages = new Set();
    for (const [what, [change, check]] of Object.entries(failures)) {
      const report = await attempt(change);
      assert.equal(report.passed, false, what);
      assert.equal(report.checks.find(({ status }) => status === 'failed')?.name, check, `${what}: ${JSON.stringify(report)}`);
      assert.ok(!JSON.stringify(report).includes('s3cret'), what);
      messages.add(report.message);
    }
    assert.equal(messages.size, Object.keys(failures).length, [...messages].join('\n'));
    assert.equal((await attempt({})).passed, true);
  });

  test('types of both databases arrive exactly', async () => {
    await crm.query(`create table types (a smallint, b bigint, c numeric(30, 10), d double precision, e boolean, f text, g date, h timestamp, i timestamptz, j bytea, k jsonb, l integer[], m uuid);
      insert into types values (-32768, 9223372036854775807, 12345678901234567890.0123456789, 0.1, true, E'a"\\\\\\n€😀', '2024-02-29', '2024-02-29 12:34:56.789', '2024-02-29 12:34:56+02', '\\x00ff', '{"a": 1}', '{1,2}', '00000000-0000-0000-0000-000000000001');
      insert into types default values; grant select on types to app`);
    await curl(gateway.url, 'POST', base, source('crm', 'postgresql', crm.config));
    const client = await Client.connect({ url: gateway.url });
    try {
      const result = await client.sql('select * from crm.types order by a nulls last');
      const [first, second] = result.rows();
      assert.deepEqual(result.columns.map(({ type }) => type), ['short', 'long', 'decimal', 'double', 'boolean', 'keyword', 'date', 'timestamp', 'timestamp', 'binary', 'keyword', 'array', 'keyword']); // jsonb: DuckDB reads it as text
      assert.deepEqual({ ...first, k: JSON.parse(first.k), l: JSON.parse(first.l) }, {
        a: -32768, b: 9223372036854775807n, c: '12345678901234567890.0123456789', d: 0.1, e: true, f: 'a"\\\n€😀', g: '2024-02-29', h: '2024-02-29 12:34:56.789',
        i: '2024-02-29 10:34:56', j: 'AP8=', k: { a: 1 }, l: [1, 2], m: '00000000-0000-0000-0000-000000000001',
      });
      assert.ok(Object.values(second).every((value) => value === null));
      result.dispose();
    } finally {
      await client.close();
      await curl(gateway.url, 'DELETE', `${base}/crm`);
    }
  });

  test('no password reaches the log', () => {
    for (const secret of [crm.password, orders.password, 'wr0ng-s3cret']) assert.ok(!gateway.log().includes(secret), 'a password stands in the log');
  });
});
