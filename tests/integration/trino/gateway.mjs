// The gateway on a real Trino: sources become its catalogs, and the same statements give the same rows as on DuckDB.

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { startMariaDb, startPostgreSql } from '../../support/databases.mjs';
import { curl, startGateway } from '../../support/gateway.mjs';
import { temporaryFolder, until } from '../../support/process.mjs';
import * as shop from '../../support/shop.mjs';
import { sharedTrino, trinoMissing } from '../../support/trino.mjs';

const base = '/_plugins/_query/_datasources';

const source = (name, connector, { username, password, ...properties }) => ({ name, connector, properties, configuration: { credentials: { username, password } } });

/** A table of every kind of value that engines are apt to read differently, with nulls and the ends of their ranges. */
const kinds = (moment, fraction) => `create table kinds (id integer primary key, amount decimal(20, 4), many bigint, moment ${moment}, day date, fits boolean, note varchar(40));
insert into kinds values
(1, 1234567890123456.7891, 9223372036854775807, '2024-05-06 07:08:09${fraction}', '2024-02-29', true, 'it''s "quoted", ünï'),
(2, null, null, null, null, null, null),
(3, -0.0001, -9223372036854775808, '1969-12-31 23:59:59', '1582-10-16', false, '');`;
/** Its rows as JSON: without the boolean, which MySQL keeps as a number and Trino reads as one. */
const kindsRows = (fraction) => [
  `[1,1234567890123456.7891,9223372036854775807,"2024-05-06 07:08:09${fraction}","2024-02-29","it's \\"quoted\\", ünï"]`,
  '[2,null,null,null,null,null]',
  '[3,-0.0001,-9223372036854775808,"1969-12-31 23:59:59","1582-10-16",""]',
];
/** Trino's connector for MySQL takes no fraction of a second from a MariaDB. */
const fractions = { crm: '.123456', orders: '' };

/** What user SQL must never reach on a Trino. */
const attacks = [
  'select * from system.runtime.queries',
  'select * from system.metadata.catalogs',
  'select 1.from system.runtime.nodes',
  'select * from "system"."runtime"."queries"',
  'select * from (select 1) x, system.runtime.queries',
  'select * from crm.information_schema.tables',
  'select * from crm."information_schema".columns',
  'select * from crm.pg_catalog.pg_class',
  'select * from orders.mysql.user',
  'select * from orders.information_schema.tables',
  'select * from orders.other.secrets',
  'with x as (select * from system.runtime.queries) select * from x',
  'select (select count(*) from system.runtime.queries)',
  'select * from lateral (select * from system.runtime.queries)',
  'table system.runtime.queries',
  'select * from table(system.builtin.sequence(1, 2))',
  "select * from table(system.system.query(query => 'select 1'))",
  'drop table crm.public.customers',
  'insert into crm.public.customers values (1)',
  'create table crm.public.x as select 1 as a',
  'drop catalog system',
  'show catalogs',
  'show schemas from crm',
  'describe crm.customers',
  'explain analyze select 1',
  "execute immediate 'select 1'",
  'call system.runtime.kill_query()',
  'set session query_max_run_time = \'1s\'',
  'use crm.public',
  'select 1; select 2',
  'with function f() returns integer return 1 select f()',
  "select * from U&\"\\0073ystem\".runtime.queries",
  'select * from crm.customers for version as of 1',
];

describe('the gateway on Trino', { skip: trinoMissing, timeout: 600_000 }, () => {
  let trino, crm, orders, gateway, embedded, folder;
  const startOnTrino = (name) => startGateway({ data: join(folder.path, name), args: ['--engine', 'trino', '--trino-url', trino.url] });

  before(async () => {
    [trino, crm, orders, embedded] = await Promise.all([sharedTrino(), startPostgreSql({ sql: shop.postgreSql + kinds('timestamp', fractions.crm) }), startMariaDb({ sql: `${shop.mariaDb}\n${kinds('datetime', fractions.orders)}` }), startGateway()]);
    folder = await temporaryFolder();
    gateway = await startOnTrino('data');
  }, { timeout: 300_000 });

  after(async () => {
    await Promise.all([gateway?.stop(), embedded?.stop()]);
    await Promise.all([trino?.stop(), crm?.stop(), orders?.stop()]);
    await folder?.remove();
  });

  const sql = (query, more = {}, at = gateway) => curl(at.url, 'POST', '/_plugins/_sql', { query, ...more });
  const catalogs = async () => (await trino.query('SHOW CATALOGS')).flat().filter((name) => name.startsWith('ds_'));

  test('it names the engine, and says which connectors Trino has', async () => {
    assert.equal((await curl(gateway.url, 'GET', '/_health')).json().engine, 'trino 476');
    const offered = (await curl(gateway.url, 'GET', `${base}/_connectors`)).json();
    const ids = offered.filter(({ engines }) => engines.includes('trino')).map(({ id }) => id);
    for (const id of ['postgresql', 'mysql', 'sqlserver', 'mongodb', 'prometheus', 's3', 'opensearch', 'snowflake', 'bigquery']) assert.ok(ids.includes(id), id);
    for (const id of ['influxdb', 'sqlite', 'files']) assert.ok(!ids.includes(id), id);
  });

  test('a source becomes a catalog of its own when it is registered', async () => {
    for (const at of [gateway, embedded]) {
      const created = await curl(at.url, 'POST', base, source('crm', 'postgresql', crm.config));
      assert.equal(created.status, 201, created.text);
      assert.equal((await curl(at.url, 'POST', base, source('orders', 'mysql', orders.config))).status, 201);
    }
    const names = await catalogs();
    assert.equal(names.length, 2, names.join());
    assert.match(names.join(), /ds_[0-9a-f]{8}_crm_[0-9a-f]{16}/);
  });

  test('a connection is tested by Trino', async () => {
    for (const [name, title] of [['crm', 'PostgreSQL'], ['orders', 'MySQL']]) {
      const report = (await curl(gateway.url, 'POST', `${base}/${name}/_test`)).json();
      assert.equal(report.passed, true, JSON.stringify(report));
      assert.equal(report.message, `${title} through Trino, 2 tables`);
    }
  });

  test('a connection that fails says at which step, and shows no password', async () => {
    const before = await catalogs();
    for (const [change, check] of [[{ password: 'wr0ng-s3cret' }, 'authenticate'], [{ port: 1 }, 'connect'], [{ tls: 'require' }, 'tls'], [{ database: 'nope' }, 'authenticate']]) {
      const report = (await curl(gateway.url, 'POST', `${base}/_test`, source('other', 'postgresql', { ...crm.config, ...change }))).json();
      assert.equal(report.passed, false);
      assert.equal(report.checks.find(({ status }) => status === 'failed')?.name, check, JSON.stringify(report));
      assert.ok(!JSON.stringify(report).includes('s3cret'));
    }
    assert.deepEqual(await catalogs(), before, 'a test leaves no catalog');
  });

  test('tables and columns are listed', async () => {
    const { tables } = (await curl(gateway.url, 'GET', `${base}/crm/_schema`)).json();
    assert.deepEqual(tables.map(({ schema, name }) => `${schema}.${name}`), ['public.customers', 'public.kinds']);
    assert.deepEqual(tables[0].columns.map(({ name, type }) => [name, type]), [['id', 'integer'], ['name', 'keyword'], ['region', 'keyword']]);
  });

  test('a join gives the rows that were computed by no database, and those of DuckDB', async () => {
    const result = await sql(shop.joinStatement('crm', 'orders'));
    assert.equal(result.status, 200, result.text);
    assert.deepEqual(result.json().schema, [{ name: 'region', type: 'keyword' }, { name: 'orders', type: 'long' }, { name: 'total', type: 'decimal' }]);
    for (const [region, count, amount] of shop.expectedRows()) assert.ok(result.text.includes(`[${JSON.stringify(region)},${count},${amount}]`), result.text);
    const other = await sql(shop.joinStatement('crm', 'orders'), {}, embedded);
    assert.equal(result.text, other.text);
  });

  for (const [what, query, more] of [
    ['parameters', 'select id, name from crm.customers where id < ? and region = ? order by id', { parameters: [{ type: 'integer', value: 20 }, { type: 'string', value: 'north' }] }],
    ['nulls', 'select id, region from crm.public.customers where region is null order by id'],
    ['decimals', 'select id, amount from orders.orders where id <= 50 order by id'],
    ['no rows', 'select id, amount from orders.orders where id < 0'],
    ['names spelled out', 'select orders.orders.id from orders.orders where orders.orders.id <= 3 order by 1'],
    ['a common table', 'with big as (select customer_id, sum(amount) as total from orders.orders group by customer_id) select c.name, big.total from big join crm.customers c on c.id = big.customer_id order by big.total desc, c.name limit 10'],
    ['a subquery', 'select name from crm.customers where id in (select customer_id from orders.orders where id <= 5) order by name'],
  ]) {
    test(`the same rows as on DuckDB: ${what}`, async () => {
      const [here, there] = await Promise.all([sql(query, more), sql(query, more, embedded)]);
      assert.equal(here.status, 200, here.text);
      assert.equal(there.status, 200, there.text);
      assert.equal(here.text, there.text);
    });
  }

  for (const [from, columns, fraction] of [
    ['crm.kinds', 'id, amount, many, moment, day, note', fractions.crm],
    ['orders.kinds', 'id, amount, many, moment, day, note', fractions.orders],
    ['crm.kinds k join orders.kinds o using (id)', 'id, k.amount, o.many, k.moment, o.day, o.note', fractions.crm],
  ]) {
    test(`each value is the same as on DuckDB, and as it was written: ${from}`, async () => {
      const query = `select ${columns} from ${from} order by id`;
      const [here, there] = await Promise.all([sql(query), sql(query, {}, embedded)]);
      for (const row of kindsRows(fraction)) assert.ok(here.text.includes(row), here.text);
      assert.equal(here.text, there.text);
    });
  }

  for (const [what, condition] of [
    ['a decimal', 'k.amount = 1234567890123456.7891'],
    ['a long', 'k.many = 9223372036854775807'],
    ['a moment', "k.moment = timestamp '2024-05-06 07:08:09.123456'"],
    ['a day', "k.day = date '2024-02-29'"],
    ['a boolean', 'k.fits'],
    ['a text', `k.note = 'it''s "quoted", ünï'`],
    ['all columns of two systems', "k.amount = o.amount and k.many = o.many and date_trunc('second', k.moment) = o.moment and k.day = o.day and k.note = o.note and o.id = 1"],
  ]) {
    test(`the same rows as on DuckDB by ${what}`, async () => {
      const query = `select k.id, o.id as other from crm.kinds k join orders.kinds o on k.id = o.id where ${condition}`;
      for (const at of [gateway, embedded]) assert.deepEqual((await sql(query, {}, at)).json().datarows, [[1, 1]]);
    });
  }

  test('CSV, and pages', async () => {
    const text = await curl(gateway.url, 'POST', '/_plugins/_sql?format=csv', { query: 'select id, name from crm.customers order by id limit 2' });
    assert.equal(text.text, 'id,name\n1,Customer 1\n2,Customer 2');
    let page = (await sql('select id from orders.orders order by id', { fetch_size: 7000 })).json();
    const sizes = [page.size];
    while (page.cursor) {
      page = (await curl(gateway.url, 'POST', '/_plugins/_sql', { cursor: page.cursor })).json();
      sizes.push(page.size);
    }
    assert.deepEqual(sizes, [7000, 7000, 6000]);
    assert.equal(page.datarows.at(-1)[0], 20_000);
  });

  test('native text goes through the source\'s own query function', async () => {
    const result = await sql("select * from table(crm.system.query(query => 'select count(*) as n from customers'))");
    assert.deepEqual(result.json().datarows, [[1000]], result.text);
  });

  test('a plan is told without the names of catalogs', async () => {
    const plan = await curl(gateway.url, 'POST', '/_plugins/_sql/_explain', { query: shop.joinStatement('crm', 'orders') });
    assert.equal(plan.status, 200, plan.text);
    assert.equal(plan.json().root.name, 'Output');
    assert.ok(!plan.text.includes('ds_'), plan.text);
  });

  test('a fault is told with its place in the text that was sent', async () => {
    const syntax = await sql('select *\nfrm crm.customers');
    assert.equal(syntax.status, 400);
    assert.match(syntax.text, /line 2:1: /);
    const column = await sql('select c.id from crm.customers c join orders.orders o on o.id = c.id where nope = 1');
    assert.match(column.text, /line 1:76: Column 'nope' cannot be resolved/);
    const table = await sql('select * from crm.nope');
    assert.match(table.text, /Table 'crm\.public\.nope' does not exist/);
  });

  for (const attack of attacks) {
    test(`refused: ${attack}`, async () => {
      const reply = await sql(attack);
      assert.ok([400, 403, 404].includes(reply.status), `${reply.status} ${reply.text}`);
      assert.ok(!/"datarows"/.test(reply.text), reply.text);
    });
  }

  test('a catalog that the gateway did not make cannot be read', async () => {
    await trino.query("CREATE CATALOG beside USING tpch");
    for (const query of ['select * from beside.tiny.nation', 'select * from "beside"."tiny"."nation"', 'select 1.from beside.tiny.nation']) {
      const reply = await sql(query);
      assert.equal(reply.status, 404, reply.text);
    }
    const [name] = (await catalogs()).filter((each) => each.includes('_crm_'));
    assert.equal((await sql(`select * from ${name}.public.customers`)).status, 404, 'nor one of its own by its real name');
    await trino.query('DROP CATALOG beside');
  });

  test('what Trino refuses of a source comes back against the field', async () => {
    const wrong = source('bad', 'prometheus', { 'prometheus.uri': 'http://127.0.0.1:9090', 'prometheus.auth.token': 't0ken-s3cret' });
    const refused = await curl(gateway.url, 'POST', base, wrong);
    assert.equal(refused.status, 400, refused.text);
    assert.deepEqual(refused.json().error.violations.map(({ field, code }) => [field, code]), [['properties.prometheus.auth.token', 'unsupported_field']]);
    assert.ok(!refused.text.includes('t0ken-s3cret'));
    const url = await curl(gateway.url, 'POST', base, source('bad', 'prometheus', { 'prometheus.uri': 'http://127.0.0.1:9090', 'prometheus.auth.username': 'u', 'prometheus.auth.password': 'p', queryTimeout: 60_000 }));
    assert.equal(url.status, 201, url.text);
    assert.equal((await curl(gateway.url, 'DELETE', `${base}/bad`)).status, 200);
  });

  for (const [what, connector, properties, field, words] of [
    ['a time-out that is too short for it', 'prometheus', { 'prometheus.uri': 'http://127.0.0.1:9090', queryTimeout: 500 }, 'properties.queryTimeout', /must be greater than or equal to 1s/],
    ['a region without a signature', 'opensearch', { url: 'http://127.0.0.1:9200', region: 'eu-west-1' }, 'properties.region', /was not used/],
  ]) {
    test(`Trino's own words about ${what} come back against the field, and nothing is registered`, async () => {
      for (const [status, method, path] of [[400, 'POST', base], [200, 'POST', `${base}/_test`]]) {
        const reply = await curl(gateway.url, method, path, { name: 'bad', connector, properties });
        assert.equal(reply.status, status, reply.text);
        assert.match(reply.text, words);
        if (status === 400) assert.deepEqual(reply.json().error.violations.map((violation) => [violation.field, violation.code]), [[field, 'trino_refused']]);
      }
      assert.equal((await curl(gateway.url, 'GET', `${base}/bad`)).status, 404);
      await until('no catalog of it being there', async () => !(await catalogs()).some((name) => name.includes('_bad_')));
    });
  }

  for (const [connector, properties, words] of [
    ['opensearch', { url: 'http://127.0.0.1:1' }, /Connection refused/],
    ['prometheus', { 'prometheus.uri': 'http://127.0.0.1:1' }, /check the URL/],
  ]) {
    test(`a connection test of ${connector} fails where nobody listens`, async () => {
      const report = (await curl(gateway.url, 'POST', `${base}/_test`, { name: 'other', connector, properties })).json();
      assert.equal(report.checks.find(({ status }) => status === 'failed')?.name, 'connect', JSON.stringify(report));
      assert.match(report.message, words);
    });
  }

  const pem = () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' });
  const account = () => JSON.stringify({ type: 'service_account', project_id: 'p', private_key_id: 'x', client_id: '1', client_email: 'a@p.iam.gserviceaccount.com', token_uri: 'https://oauth2.googleapis.com/token', private_key: pem() });
  for (const [connector, properties, credentials] of [
    ['sqlserver', { host: 'db.invalid', database: 'd', trustServerCertificate: true }, { username: 'u', password: 'p' }],
    ['mongodb', { host: 'h1.invalid,h2.invalid', database: 'd', replicaSet: 'r' }, { username: 'u@', password: 'p/' }],
    ['prometheus', { 'prometheus.uri': 'http://p.invalid:9090', 'prometheus.auth.username': 'u', 'prometheus.auth.password': 'p' }],
    ['s3', { bucket: 'lake', prefix: 'meta', accessKey: 'AKIAIOSFODNN7EXAMPLE', secretKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', endpoint: 'http://s3.invalid:9000', pathStyle: true }],
    ['s3', { bucket: 'lake' }],
    ['opensearch', { url: 'https://search.invalid' }, { username: 'u', password: 'p' }],
    ['opensearch', { url: 'https://search.invalid:9200', authentication: 'sigv4', service: 'aoss', region: 'us-east-1', accessKey: 'AKIAIOSFODNN7EXAMPLE', secretKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' }],
    ['snowflake', { account: 'acme-prod', warehouse: 'w', database: 'd', token: 't0ken' }, { username: 'u' }],
    ['snowflake', { account: 'acme-prod', database: 'd', authentication: 'oauth', token: 't0ken', accountUrl: 'https://acme.privatelink.invalid' }, { username: 'u' }],
    ['snowflake', { account: 'acme-prod', database: 'd', role: 'r', privateKey: pem() }, { username: 'u' }],
    ['bigquery', { project: 'my-project', serviceAccountKey: account() }],
  ]) {
    test(`Trino takes the settings that the catalogue maps for ${connector}: ${Object.keys(properties)}`, async () => {
      const created = await curl(gateway.url, 'POST', base, { name: `a-${connector}`, connector, properties, ...(credentials && { configuration: { credentials } }) });
      assert.equal(created.status, 201, created.text);
      assert.equal((await curl(gateway.url, 'DELETE', `${base}/a-${connector}`)).status, 200);
    });
  }

  test('an update makes another catalog and drops the old one; a delete drops it', async () => {
    const before = (await catalogs()).filter((name) => name.includes('_crm_'));
    const updated = await curl(gateway.url, 'PUT', base, source('crm', 'postgresql', { ...crm.config, connectionTimeout: 5000 }));
    assert.equal(updated.status, 200, updated.text);
    const left = await until('the old catalog going', async () => {
      const now = (await catalogs()).filter((name) => name.includes('_crm_'));
      return now.length === 1 && now[0] !== before[0] && now;
    });
    assert.equal((await sql('select count(*) as n from crm.customers')).json().datarows[0][0], 1000);
    assert.notDeepEqual(left, before);
    await curl(gateway.url, 'POST', base, source('gone', 'postgresql', crm.config));
    assert.ok((await catalogs()).some((name) => name.includes('_gone_')));
    assert.equal((await curl(gateway.url, 'DELETE', `${base}/gone`)).status, 200);
    await until('the catalogs of deleted sources going', async () => (await catalogs()).length === 2);
    assert.equal((await sql('select 1 from gone.customers')).status, 404);
  });

  test('a Trino that has forgotten a catalog is given it again', async () => {
    for (const name of await catalogs()) await trino.query(`DROP CATALOG ${name}`);
    const result = await sql(shop.joinStatement('crm', 'orders'));
    assert.equal(result.status, 200, result.text);
    assert.equal((await catalogs()).length, 2);
  });

  test('drift is found at start, told, and set right', async () => {
    const [kept, lost] = (await catalogs()).sort();
    const prefix = /^ds_[0-9a-f]{8}_/.exec(kept)[0];
    const beside = await startOnTrino('beside');
    assert.equal((await curl(beside.url, 'POST', base, source('crm', 'postgresql', crm.config))).status, 201);
    assert.equal((await curl(beside.url, 'DELETE', `${base}/crm`)).status, 200);
    await until('the other registry dropping its own catalog, and no other', async () => (await catalogs()).length === 2);
    await beside.stop();
    await trino.query(`DROP CATALOG ${lost}`);
    await trino.query(`CREATE CATALOG ${prefix}stray_0000000000000000 USING tpch`);
    await gateway.stop();
    gateway = await startOnTrino('data');
    await until('the drift being told', () => /drift: .*stray/.test(gateway.log()) && /had no catalog of/.test(gateway.log()));
    assert.deepEqual((await catalogs()).sort(), [kept, lost]);
  });

  test('a statement that is cancelled ends on Trino too', async () => {
    const id = 'a-long-one';
    const running = curl(gateway.url, 'POST', '/_plugins/_sql', { query: 'select count(*) as n from orders.orders a cross join orders.orders b cross join orders.orders c where a.amount + b.amount > c.amount' }, { 'X-Opaque-Id': id });
    const active = async () => (await trino.query("SELECT state FROM system.runtime.queries WHERE query LIKE 'select count(*) as n from ds_%cross join%' AND state NOT IN ('FINISHED', 'FAILED')")).length;
    await until('the statement running on Trino', async () => (await active()) > 0, 60_000);
    assert.equal((await curl(gateway.url, 'DELETE', `/_plugins/_query/_queries/${id}`)).status, 200);
    await until('the statement ending on Trino', async () => (await active()) === 0, 60_000);
    assert.notEqual((await running).status, 200);
  });

  test('no password reaches the log, or what Trino lists of its statements', async () => {
    const listed = JSON.stringify(await trino.query('SELECT query FROM system.runtime.queries'));
    for (const secret of [crm.password, orders.password, 'wr0ng-s3cret', 't0ken-s3cret']) {
      assert.ok(!gateway.log().includes(secret), 'a password stands in the log');
      assert.ok(!listed.includes(secret), 'a password stands in a statement');
    }
  });
});
