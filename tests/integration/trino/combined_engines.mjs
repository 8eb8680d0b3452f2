// DuckDB and a real Trino behind one gateway: each statement runs on the engine of its sources, in that engine's dialect.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { startMariaDb, startPostgreSql } from '../../support/databases.mjs';
import { program, startGateway } from '../../support/gateway.mjs';
import { run, temporaryFolder, until } from '../../support/process.mjs';
import * as shop from '../../support/shop.mjs';
import { sharedTrino, trinoMissing } from '../../support/trino.mjs';

const base = '/_plugins/_query/_datasources';
const engineHeader = 'x-datasource-engine';

const source = (name, connector, { username, password, ...properties }, engine) => ({
  name,
  connector,
  properties,
  configuration: { credentials: { username, password } },
  ...(engine && { engine }),
});

/** One request; the reply's status, text and the engine that ran it. */
async function ask(gateway, method, path, body) {
  const reply = await fetch(gateway.url + path, { method, ...(body && { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }) });
  const text = await reply.text();
  return { status: reply.status, text, json: () => JSON.parse(text), engine: reply.headers.get(engineHeader) };
}

describe('DuckDB and Trino behind one gateway', { skip: trinoMissing, timeout: 600_000 }, () => {
  let trino, crm, orders, gateway, folder;
  const startWith = (...args) => startGateway({ samples: true, data: join(folder.path, 'data'), args: [...args, '--trino-url', trino.url] });
  const sql = (query, more = {}) => ask(gateway, 'POST', '/_plugins/_sql', { query, ...more });
  const explain = (query) => ask(gateway, 'POST', '/_plugins/_sql/_explain', { query });
  const register = async (one) => {
    const reply = await ask(gateway, 'POST', base, one);
    assert.equal(reply.status, 201, reply.text);
  };
  const catalogs = async () => (await trino.query('SHOW CATALOGS')).flat().filter((name) => name.startsWith('ds_'));
  const engines = async () => (await ask(gateway, 'GET', '/_plugins/_query/_engines')).json();
  const rowsOf = (reply) => reply.json().datarows;

  before(async () => {
    folder = await temporaryFolder();
    [trino, crm, orders] = await Promise.all([sharedTrino(), startPostgreSql({ sql: shop.postgreSql }), startMariaDb({ sql: shop.mariaDb })]);
    gateway = await startWith();
    await register(source('crm_t', 'postgresql', crm.config, 'trino'));
    await register(source('orders_t', 'mysql', orders.config, 'trino'));
    await register(source('crm_d', 'postgresql', crm.config, 'duckdb'));
    await register(source('orders_d', 'mysql', orders.config, 'duckdb'));
    await register(source('crm', 'postgresql', crm.config));
    await register(source('orders', 'mysql', orders.config));
  }, { timeout: 300_000 });

  after(async () => {
    await gateway?.stop();
    await Promise.all([trino?.stop(), crm?.stop(), orders?.stop()]);
    await folder?.remove();
  });

  test('the engines are listed, the default first, each with the connectors that it reads', async () => {
    const [first, second, ...others] = await engines();
    assert.deepEqual(others, []);
    assert.equal(first.id, 'duckdb');
    assert.match(first.version, /^duckdb \d/);
    assert.equal(first.default, true);
    assert.ok(first.serves.includes('influxdb'));
    assert.deepEqual([second.id, second.version, second.default], ['trino', 'trino 476', false]);
    assert.ok(second.serves.includes('postgresql') && !second.serves.includes('influxdb'));
    const health = (await ask(gateway, 'GET', '/_health')).json();
    assert.equal(health.engine, first.version);
  });

  test('a connector is offered when any engine reads it', async () => {
    const offered = new Map((await ask(gateway, 'GET', `${base}/_connectors`)).json().map(({ id, engines }) => [id, engines]));
    assert.deepEqual(offered.get('postgresql'), ['duckdb', 'trino']);
    assert.deepEqual(offered.get('influxdb'), ['duckdb']);
  });

  test('only sources of Trino are handed to it when they are registered', async () => {
    const names = await catalogs();
    assert.equal(names.length, 2, names.join());
    assert.ok(names.every((name) => /_t_[0-9a-f]+$/.test(name)), names.join());
  });

  for (const [suffix, engine] of [['_t', 'trino'], ['_d', 'duckdb'], ['', 'duckdb']]) {
    test(`a join of sources ${suffix === '' ? 'that leave it open' : `of ${engine}`} runs on ${engine}`, async () => {
      const result = await sql(shop.joinStatement(`crm${suffix}`, `orders${suffix}`));
      assert.equal(result.status, 200, result.text);
      assert.equal(result.engine, engine);
      for (const [region, count, amount] of shop.expectedRows()) assert.ok(result.text.includes(`[${JSON.stringify(region)},${count},${amount}]`), result.text);
      const plan = await explain(shop.joinStatement(`crm${suffix}`, `orders${suffix}`));
      assert.equal(plan.status, 200, plan.text);
      assert.equal(plan.engine, engine);
    });
  }

  test('a source that leaves it open follows one that does not', async () => {
    for (const [first, second, engine] of [['crm_t', 'orders', 'trino'], ['crm', 'orders_t', 'trino'], ['crm_d', 'orders', 'duckdb']]) {
      const result = await sql(shop.joinStatement(first, second));
      assert.equal(result.status, 200, result.text);
      assert.equal(result.engine, engine, `${first} with ${second}`);
    }
  });

  test('a statement that spans engines is refused with the engine of each source and what to do', async () => {
    for (const ask of [sql, explain]) {
      const refused = await ask(shop.joinStatement('crm_t', 'orders_d'));
      assert.equal(refused.status, 400, refused.text);
      const { error } = refused.json();
      assert.equal(error.type, 'EngineConflictException');
      assert.match(error.details, /: orders_d by duckdb \(its engine\), crm_t by trino \(its engine\); give them an engine that reads all of them/);
    }
    const files = await sql('select * from crm_t.customers c join shop.customers s on s.id = c.id');
    assert.equal(files.status, 400);
    assert.match(files.text, /crm_t by trino \(its engine\), shop by duckdb;/);
  });

  test('the dialect is that of the engine', async () => {
    const trinos = await sql('select approx_distinct(region) as n, typeof(count(*)) as t from crm_t.customers');
    assert.equal(rowsOf(trinos)[0][1], 'bigint', trinos.text);
    const duckdbs = await sql('from crm_d.customers select typeof(count(*)) as t');
    assert.equal(rowsOf(duckdbs)[0][0], 'BIGINT', duckdbs.text);
    const wrong = await sql('from crm_t.customers select 1');
    assert.equal(wrong.status, 403, wrong.text);
    assert.match(wrong.text, /this begins with FROM/);
  });

  test('a name that only looks like a source does not decide', async () => {
    const alias = await sql('select 1 as one, crm_d.name from crm_t.customers as crm_d where crm_d.id = 1');
    assert.equal(alias.status, 200, alias.text);
    assert.equal(alias.engine, 'trino');
    const table = await sql('table crm_t.customers limit 3');
    assert.equal(table.engine, 'trino', table.text);
  });

  test('what a source holds, its test and pages come from its engine', async () => {
    const report = (await ask(gateway, 'POST', `${base}/crm_t/_test`)).json();
    assert.equal(report.message, 'PostgreSQL through Trino, 1 table');
    assert.match((await ask(gateway, 'POST', `${base}/crm_d/_test`)).json().message, /^PostgreSQL \d/);
    assert.equal((await ask(gateway, 'GET', `${base}/crm_t/_schema`)).json().total, 1);
    let page = await sql('select id from orders_t.orders order by id', { fetch_size: 15_000 });
    assert.equal(page.engine, 'trino');
    page = await ask(gateway, 'POST', '/_plugins/_sql', { cursor: page.json().cursor });
    assert.equal(page.engine, 'trino');
    assert.equal(page.json().size, 5000);
  });

  test('an engine that does not run here or does not read the connector is a fault of the field', async () => {
    const unknown = (await ask(gateway, 'POST', base, source('x', 'postgresql', crm.config, 'spark'))).json().error.violations;
    assert.deepEqual(unknown, [{ field: 'engine', code: 'unknown_engine', message: 'no engine "spark" runs here', fix: 'use one of duckdb, trino, or leave it out' }]);
    const [wrong] = (await ask(gateway, 'POST', base, { name: 'x', connector: 'files', properties: { path: '/tmp' }, engine: 'trino' })).json().error.violations;
    assert.deepEqual([wrong.field, wrong.code, wrong.fix], ['engine', 'engine_connector', 'use duckdb, or leave it out']);
  });

  test('a source moves to another engine by a patch, and its catalog goes with it', async () => {
    await register(source('moving', 'postgresql', crm.config, 'trino'));
    const count = () => sql('select count(*) as n from moving.customers');
    assert.equal((await count()).engine, 'trino');
    assert.equal((await ask(gateway, 'PATCH', base, { name: 'moving', engine: 'duckdb' })).status, 200);
    assert.equal((await count()).engine, 'duckdb');
    await until('its catalog going', async () => !(await catalogs()).some((name) => name.includes('_moving_')));
    assert.equal((await ask(gateway, 'PATCH', base, { name: 'moving', engine: null })).status, 200);
    assert.equal((await ask(gateway, 'GET', `${base}/moving`)).json().engine, undefined);
    assert.equal((await ask(gateway, 'DELETE', `${base}/moving`)).status, 200);
  });

  test('the command line shows the engines, and gives a source one', async () => {
    const command = (...args) => run(program, [...args, '--url', gateway.url], { check: false });
    const listed = await command('engines');
    assert.match(listed.stdout, /^duckdb +duckdb \S+ +default +.*influxdb/m);
    assert.match(listed.stdout, /^trino +trino 476 +bigquery|^trino +trino 476 +postgresql/m);
    assert.equal((await command('sources', 'patch', 'orders', '--engine', 'trino')).code, 0);
    assert.match((await command('sources', 'list')).stdout, /^orders +mysql +trino +ACTIVE/m);
    assert.equal((await command('sources', 'patch', 'orders', '--engine', 'auto')).code, 0);
    assert.equal((await ask(gateway, 'GET', `${base}/orders`)).json().engine, undefined);
  });

  test('drift is found at start, set right and shown; catalogs of sources that follow others stay', async () => {
    await sql(shop.joinStatement('crm_t', 'orders')); // gives Trino a catalog of a source that leaves it open
    const before = (await catalogs()).sort();
    const lost = before.find((name) => /_orders_t_/.test(name));
    const prefix = /^ds_[0-9a-f]{8}_/.exec(lost)[0];
    assert.ok(before.some((name) => /_orders_[0-9a-f]{16}$/.test(name)), before.join());
    await gateway.stop();
    await trino.query(`DROP CATALOG ${lost}`);
    await trino.query(`CREATE CATALOG ${prefix}stray_0000000000000000 USING tpch`);
    gateway = await startWith('--engine', 'trino');
    const { drift } = await until('the drift being shown', async () => (await engines()).find(({ id, drift }) => id === 'trino' && drift));
    assert.ok(drift.atStart.missing.includes('orders_t'), JSON.stringify(drift));
    assert.deepEqual(drift.atStart.dropped, [`${prefix}stray_0000000000000000`]);
    assert.deepEqual(drift.atStart.refused, []);
    assert.match(drift.atStart.checkedAt, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    for (const name of before) assert.ok((await catalogs()).includes(name), `${name} is there`);
  });

  test('with Trino as the default, what it does not read runs on DuckDB', async () => {
    const [first] = await engines();
    assert.deepEqual([first.id, first.default], ['trino', true]);
    assert.equal((await sql(shop.joinStatement('crm', 'orders'))).engine, 'trino');
    const samples = await sql('select count(*) as n from shop.customers s join crm.customers c on c.id = s.id');
    assert.equal(samples.status, 200, samples.text);
    assert.equal(samples.engine, 'duckdb');
  });

  test('without Trino a source of Trino says what is missing, and the others go on', async () => {
    await gateway.stop();
    gateway = await startGateway({ data: join(folder.path, 'data') });
    assert.equal((await sql(shop.joinStatement('crm', 'orders'))).engine, 'duckdb');
    for (const reply of [await sql('select * from crm_t.customers'), await ask(gateway, 'POST', `${base}/crm_t/_test`)]) {
      assert.equal(reply.status, 400, reply.text);
      assert.match(reply.text, /is to be read by the engine trino, which does not run here; use one of duckdb/);
    }
  });
});
