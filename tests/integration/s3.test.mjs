// Parquet, CSV and JSON in an S3 store, alone and joined with databases, against rows computed here.

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { startMariaDb, startPostgreSql } from '../support/databases.mjs';
import { curl, program, startGateway } from '../support/gateway.mjs';
import { s3Missing, startS3 } from '../support/objects.mjs';
import { freePort, run, temporaryFolder } from '../support/process.mjs';
import * as shop from '../support/shop.mjs';

const base = '/_plugins/_query/_datasources';

/** One visit for each customer but every tenth, in three files of two kinds. */
const visits = shop.customers.filter(({ id }) => id % 10 !== 0).map(({ id }) => ({ customer: id, seconds: (id * 37) % 600 }));
const csv = (rows) => ['customer,seconds', ...rows.map(({ customer, seconds }) => `${customer},${seconds}`)].join('\n');

describe('an S3 store behind the gateway', { timeout: 120_000, skip: s3Missing }, () => {
  let store, crm, orders, gateway, folder, events;

  before(async () => {
    folder = await temporaryFolder();
    await run(program, ['samples', folder.path]);
    events = join(folder.path, 'events');
    const objects = {
      'visits/2024/a.csv': csv(visits.slice(0, 300)),
      'visits/2024/b.csv': csv(visits.slice(300, 600)),
      'visits/2025/c.csv': csv(visits.slice(600)),
      'visits.json': visits.map((visit) => JSON.stringify(visit)).join('\n'),
      'odd [name] *.csv': 'a\n1\n',
      '_hidden.csv': 'a\n1\n',
      'notes.txt': 'no data',
    };
    for (const file of await readdir(join(events, 'page_views'))) objects[`page_views/${file}`] = await readFile(join(events, 'page_views', file));
    [store, crm, orders, gateway] = await Promise.all([startS3({ objects }), startPostgreSql({ sql: shop.postgreSql }), startMariaDb({ sql: shop.mariaDb }), startGateway()]);
    const add = async (source) => {
      const reply = await curl(gateway.url, 'POST', base, source);
      assert.equal(reply.status, 201, reply.text);
    };
    const { username, password, ...rest } = crm.config;
    await add({ name: 'crm', connector: 'postgresql', properties: rest, configuration: { credentials: { username, password } } });
    const { username: user, password: secret, ...others } = orders.config;
    await add({ name: 'orders', connector: 'mysql', properties: others, configuration: { credentials: { username: user, password: secret } } });
    await add({ name: 'local', connector: 'files', properties: { path: events } });
    await add(s3('lake'));
  });
  after(async () => {
    await Promise.all([store?.stop(), crm?.stop(), orders?.stop(), gateway?.stop()]);
    await folder?.remove();
  });

  const s3 = (name, change = {}) => {
    const { accessKey, secretKey, ...properties } = { ...store.config, ...change };
    return { name, connector: 's3', properties, configuration: { credentials: { username: accessKey, password: secretKey } } };
  };
  const sql = async (query) => {
    const reply = await curl(gateway.url, 'POST', '/_plugins/_sql', { query });
    assert.equal(reply.status, 200, reply.text);
    return reply.json().datarows;
  };

  test('folders and files are tables, and what is no data is none', async () => {
    const schema = (await curl(gateway.url, 'GET', `${base}/lake/_schema`)).json();
    assert.deepEqual(schema.tables.map(({ name }) => name), ['odd [name] *', 'page_views', 'visits.csv', 'visits.json']);
    assert.deepEqual(schema.tables.find(({ name }) => name === 'visits.csv').columns.map(({ name, type }) => [name, type]), [['customer', 'long'], ['seconds', 'long']]);
    assert.deepEqual(await sql('select * from lake."odd [name] *"'), [[1]]);
  });

  test('CSV in folders, JSON and Parquet give their rows', async () => {
    const total = visits.reduce((sum, { seconds }) => sum + seconds, 0);
    assert.deepEqual(await sql('select count(*), sum(seconds) from lake."visits.csv"'), [[visits.length, total]]);
    assert.deepEqual(await sql('select count(*), sum(seconds) from lake."visits.json"'), [[visits.length, total]]);
    const same = (source) => sql(`select count(*), count(distinct customer_id), min(customer_id) from ${source}.page_views`);
    assert.deepEqual(await same('lake'), await same('local'));
  });

  test('a join of three sources has the rows that were computed here', async () => {
    const rows = await sql(`select c.region, count(*) as orders, sum(v.seconds) as seconds
      from lake."visits.json" v join crm.public.customers c on c.id = v.customer join orders.orders o on o.customer_id = c.id
      group by c.region order by c.region nulls last`);
    const seconds = new Map(visits.map((visit) => [visit.customer, visit.seconds]));
    const expected = new Map();
    for (const { customerId } of shop.orders) {
      if (!seconds.has(customerId)) continue;
      const { region } = shop.customers[customerId - 1];
      const sum = expected.get(region) ?? [region, 0, 0];
      expected.set(region, [region, sum[1] + 1, sum[2] + seconds.get(customerId)]);
    }
    const byName = ([a], [b]) => (a === null ? 1 : b === null ? -1 : a < b ? -1 : 1);
    assert.deepEqual(rows, [...expected.values()].sort(byName));
  });

  test('a prefix is a folder or one object', async () => {
    const tables = async (prefix) => {
      assert.equal((await curl(gateway.url, 'POST', base, s3('part', { prefix }))).status, 201);
      try {
        return (await curl(gateway.url, 'GET', `${base}/part/_schema`)).json().tables?.map(({ name }) => name);
      } finally {
        await curl(gateway.url, 'DELETE', `${base}/part`);
      }
    };
    assert.deepEqual(await tables('visits'), ['2024', '2025']);
    assert.deepEqual(await tables('visits/2024/'), ['a', 'b']);
    assert.deepEqual(await tables('visits.json'), ['visits']);
    assert.deepEqual(await tables('nothing'), []);
  });

  test('a test says step by step what is wrong, and never a key', async () => {
    const attempt = async (change) => (await curl(gateway.url, 'POST', `${base}/_test`, s3('lake', change))).json();
    const right = await attempt({});
    assert.equal(right.passed, true, JSON.stringify(right));
    assert.deepEqual(right.checks.map(({ name, status }) => [name, status]), [['resolve', 'passed'], ['connect', 'passed'], ['authenticate', 'passed'], ['tables', 'passed']]);
    const failures = {
      'wrong secret key': [{ secretKey: 'wr0ng-s3cret-key' }, 'authenticate', /keys/],
      'wrong access key': [{ accessKey: 'AKIAWRONG', secretKey: 'wr0ng-s3cret-key' }, 'authenticate', /keys/],
      'no such bucket': [{ bucket: 'no-such-bucket' }, 'authenticate', /no bucket/],
      'nothing listens': [{ endpoint: `http://127.0.0.1:${await freePort()}` }, 'connect', /refused the connection; check properties\.endpoint and that a server with the API of Amazon S3 runs there/],
      'a store that has no name for each bucket': [{ endpoint: 'http://no-such-host.invalid', pathStyle: false }, 'resolve', /most stores beside AWS need properties\.pathStyle/],
      'no such host': [{ endpoint: 'http://no-such-host.invalid' }, 'resolve', /not known; check properties\.endpoint/],
      'no data': [{ prefix: 'nothing' }, 'tables', /no data files/],
    };
    for (const [what, [change, check, says]] of Object.entries(failures)) {
      const report = await attempt(change);
      assert.equal(report.passed, false, what);
      assert.equal(report.checks.find(({ status }) => status === 'failed')?.name, check, `${what}: ${JSON.stringify(report)}`);
      assert.match(report.message, says, what);
      assert.ok(!JSON.stringify(report).includes('wr0ng'), what);
    }
  });

  test('user SQL reads no object that is not a table of its source', async () => {
    for (const attack of [
      "select * from read_csv('s3://lake/notes.txt')", "select * from 's3://lake/visits.json'", "select * from glob('s3://lake/*')", "select * from read_text('s3://lake/notes.txt')",
      `select * from lake."visits.json", read_json('s3://lake/visits.json')`, "select * from lake.notes", 'select * from duckdb_secrets()',
    ]) {
      const reply = await curl(gateway.url, 'POST', '/_plugins/_sql', { query: attack });
      assert.ok([403, 404].includes(reply.status), `${attack}: ${reply.status} ${reply.text}`);
    }
  });

  test('one bucket name with other keys in one statement is refused, and not read with the wrong ones', async () => {
    assert.equal((await curl(gateway.url, 'POST', base, s3('other', { accessKey: 'AKIAOTHER' }))).status, 201);
    const reply = await curl(gateway.url, 'POST', '/_plugins/_sql', { query: 'select count(*) from lake."visits.json" a, other."visits.json" b' });
    assert.ok(reply.status >= 400, reply.text);
    await curl(gateway.url, 'DELETE', `${base}/other`);
  });

  test('no key reaches the log', () => {
    for (const secret of [store.keys.secretKey, 'wr0ng']) assert.ok(!gateway.log().includes(secret));
  });
});
