// Trino's own protocol from Node.js and from C++, without a gateway, on a real Trino.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { CancelledError, InvalidError, NotFoundError, TimeoutError } from 'datasource-sdk';
import { TrinoClient } from 'datasource-sdk/trino';

import { startPostgreSql } from '../../support/databases.mjs';
import { repository } from '../../support/gateway.mjs';
import { run, until } from '../../support/process.mjs';
import { sharedTrino, trinoMissing } from '../../support/trino.mjs';

const program = join(repository, 'build/examples/trino');

/** Never ends by itself, near enough. */
const endless = 'SELECT count(*) FROM tpch.sf100.lineitem a CROSS JOIN tpch.sf100.lineitem b WHERE a.comment < b.comment';

describe('a Trino without a gateway', { skip: trinoMissing, timeout: 600_000 }, () => {
  let trino, database, client;
  before(async () => {
    [trino, database] = await Promise.all([sharedTrino(), startPostgreSql({ sql: 'grant create on schema public to app' })]);
    await trino.query('CREATE CATALOG tpch USING tpch');
    const { host, port, database: name, username, password } = database.config;
    await trino.query(`CREATE CATALOG store USING postgresql WITH ("connection-url" = 'jdbc:postgresql://${host}:${port}/${name}', "connection-user" = '${username}', "connection-password" = '${password}')`);
    client = await TrinoClient.connect({ url: trino.url, user: 'ada', catalog: 'tpch', schema: 'tiny' });
  }, { timeout: 300_000 });
  after(async () => {
    client?.close();
    await Promise.all([trino?.stop(), database?.stop()]);
  });

  test('it says its version', () => assert.match(client.version, /^\d+$/));

  for (const [what, statement] of [
    ['numbers, texts and dates', 'SELECT * FROM tpch.tiny.orders ORDER BY orderkey LIMIT 2000'],
    ['many rows', 'SELECT orderkey, linenumber, extendedprice, comment FROM tpch.tiny.lineitem WHERE orderkey <= 15000 ORDER BY 1, 2'],
    ['no rows', 'SELECT name FROM tpch.tiny.nation WHERE false'],
    ['nulls', 'SELECT nullif(nationkey % 3, 0) AS a, nullif(name, \'KENYA\') AS b FROM tpch.tiny.nation ORDER BY nationkey'],
    [
      'every kind of value',
      `SELECT decimal '12345678901234567890.0123456789' AS a, timestamp '2024-02-29 00:30:00.5 +02:00' AS b, time '12:00:00.500' AS c,
        ARRAY[decimal '1.50', null] AS d, map(ARRAY['k'], ARRAY[9007199254740993]) AS e, CAST(row(1, timestamp '2024-01-01 00:00:00 +01:00') AS row(x integer, y timestamp(3) with time zone)) AS f,
        nan() AS g, x'00ff' AS h, uuid '00000000-0000-0000-0000-000000000001' AS i, interval '2' day AS j, 'a,"b' AS k, timestamp '-0001-01-01 00:30:00 +01:00' AS l`,
    ],
  ]) {
    test(`the rows are those of C++: ${what}`, async () => {
      const [own, { stdout }] = await Promise.all([client.sql(statement), run(program, [trino.url, 'ada', statement], { timeout: 300_000 })]);
      assert.equal(`${own.toCSV()}\n`, stdout);
      own.dispose();
    });
  }

  test('integers are exact, and read from all pages', async () => {
    const result = await client.sql('SELECT count(*) AS n, sum(orderkey) AS s FROM orders');
    const rows = await trino.query('SELECT orderkey FROM tpch.tiny.orders');
    assert.deepEqual(result.row(0), { n: BigInt(rows.length), s: rows.reduce((sum, [key]) => sum + BigInt(key), 0n) });
    let paged = 0;
    for await (const page of client.pages('SELECT orderkey FROM orders')) {
      paged += page.rowCount;
      page.dispose();
    }
    assert.equal(paged, rows.length);
  });

  test('a fault tells line and column, and its kind', async () => {
    await assert.rejects(client.sql('SELECT name,\n  nope FROM nation'), (error) => {
      assert.ok(error instanceof NotFoundError || error instanceof InvalidError);
      assert.equal(error.type, 'COLUMN_NOT_FOUND');
      assert.deepEqual(error.location, { line: 2, column: 3 });
      return true;
    });
    await assert.rejects(client.sql('SELECT *\nFRM nation'), (error) => error instanceof InvalidError && error.location.line === 2);
    await assert.rejects(client.sql('SELECT * FROM nowhere.a.b'), NotFoundError);
  });

  test('what is written is counted, and USE and SET SESSION hold', async () => {
    const own = await TrinoClient.connect({ url: trino.url, user: 'ada', session: { query_max_run_time: '10m' } });
    await own.sql('USE store.public');
    assert.deepEqual([own.session.catalog, own.session.schema], ['store', 'public']);
    const made = await own.sql('CREATE TABLE t AS SELECT * FROM tpch.tiny.nation');
    assert.deepEqual([made.updateType, made.updateCount], ['CREATE TABLE', 25]);
    await own.sql("SET SESSION query_max_run_time = '5m'");
    assert.equal(own.session.properties.query_max_run_time, '5m');
    const shown = await own.sql("SHOW SESSION LIKE 'query_max_run_time'");
    assert.equal(shown.row(0).Value, '5m');
    const result = await own.sql('SELECT name FROM t WHERE nationkey = ? OR name = ? ORDER BY name', { parameters: [3, 'KENYA'] });
    assert.deepEqual([...result.rows()].map(({ name }) => name), ['CANADA', 'KENYA']);
    own.close();
  });

  const active = async () =>
    (await trino.query("SELECT 1 FROM system.runtime.queries WHERE query LIKE 'SELECT count(*) FROM tpch.sf100%' AND state NOT IN ('FINISHED', 'FAILED')")).length;

  test('a signal ends a statement on the server too; progress tells how far it is', async () => {
    const stop = new AbortController();
    const told = [];
    const running = client.sql(endless, {
      signal: stop.signal,
      onProgress({ stats }) {
        if (stats) told.push(stats);
        if (stats?.state === 'RUNNING' && stats.processedRows > 0) stop.abort();
      },
    });
    await assert.rejects(running, CancelledError);
    assert.ok(told.at(-1).totalSplits > 0);
    await until('the statement ending on Trino', async () => (await active()) === 0, 60_000);
  });

  test('a limit of time, and a client that is closed, end it as well', async () => {
    const limit = new AbortController();
    const late = () => limit.abort(new DOMException('it took too long', 'TimeoutError'));
    await assert.rejects(client.sql(endless, { signal: limit.signal, onProgress: ({ stats }) => stats?.state === 'RUNNING' && late() }), TimeoutError);
    const own = await TrinoClient.connect({ url: trino.url, user: 'ada' });
    const running = own.sql(endless, { onProgress: ({ stats }) => stats?.state === 'RUNNING' && own.close() });
    await assert.rejects(running, CancelledError);
    await until('the statements ending on Trino', async () => (await active()) === 0, 60_000);
  });

  test('a loop over pages that is left early ends the statement', async () => {
    for await (const row of client.pages('SELECT * FROM tpch.sf100.lineitem').rows()) {
      assert.equal(typeof row.comment, 'string');
      break;
    }
    const going = "SELECT 1 FROM system.runtime.queries WHERE query = 'SELECT * FROM tpch.sf100.lineitem' AND state NOT IN ('FINISHED', 'FAILED')";
    await until('the statement ending on Trino', async () => (await trino.query(going)).length === 0, 60_000);
  });
});
