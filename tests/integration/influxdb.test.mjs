// A real InfluxDB 1.x behind the gateway, against points that are computed here. No registry has a server of version 2 or 3: their
// requests and replies are tested in tests/unit/influxdb_protocol_test.cpp and remote_influxdb_test.cpp against their documents.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { startPostgreSql } from '../support/databases.mjs';
import { curl, startGateway } from '../support/gateway.mjs';
import { startInfluxDb } from '../support/influxdb.mjs';
import { freePort } from '../support/process.mjs';
import * as shop from '../support/shop.mjs';

const base = '/_plugins/_query/_datasources';
const start = 1_700_000_000_000_000_000n;
const password = 'influx-s3cret';

const escapeKey = (text) => text.replace(/[ ,=\\]/g, '\\$&');
/** Line protocol of one point. */
function line({ measurement, tags = {}, fields, time }) {
  const value = (field) => (typeof field === 'string' ? `"${field.replace(/["\\]/g, '\\$&')}"` : typeof field === 'bigint' ? `${field}i` : String(field));
  const keys = [escapeKey(measurement), ...Object.entries(tags).map(([key, text]) => `${escapeKey(key)}=${escapeKey(text)}`)].join(',');
  return `${keys} ${Object.entries(fields).map(([key, field]) => `${escapeKey(key)}=${value(field)}`).join(',')} ${time}`;
}

/** Fields of every type; some points lack some of them, one series lacks the tag `zone`. */
const orders = Array.from({ length: 120_000 }, (_, i) => ({
  measurement: 'orders',
  tags: { customer: String((i % 5) + 1), ...(i % 5 === 4 ? {} : { zone: `z ${i % 3}` }) },
  fields: {
    ...(i % 7 === 6 ? {} : { amount: i / 4 }),
    ...(i % 11 === 10 ? {} : { items: BigInt(i) - 60_000n }),
    ...(i % 13 === 12 || (i % 7 === 6 && i % 11 === 10) ? { paid: i % 2 === 0 } : {}),
    ...(i % 1000 === 0 ? { note: `it's "${i}" \\ größer` } : {}),
  },
  time: start + BigInt(Math.trunc(i / 5)) * 1_000_001_999n,
}));
/** More points of one time than are asked for at once. */
const crowd = Array.from({ length: 60_000 }, (_, i) => ({ measurement: 'crowd', tags: { id: String(i) }, fields: { n: BigInt(i) }, time: start }));
const odd = [{ measurement: 'odd "name", x', tags: { 'ta g': 'a=b', Case: 'tag' }, fields: { case: 'field', 'va"l': 1.5 }, time: start + 1n }];
const rollup = [{ measurement: 'orders_1h', fields: { mean: 2.5 }, time: start }];

const text = (time) => {
  const microseconds = time / 1000n;
  const seconds = new Date(Number(microseconds / 1000n)).toISOString().slice(0, 19).replace('T', ' ');
  const fraction = String(microseconds % 1_000_000n).padStart(6, '0').replace(/0+$/, '');
  return fraction ? `${seconds}.${fraction}` : seconds;
};
const row = ({ tags, fields, time }) => [text(time), tags.customer, tags.zone ?? null, fields.amount ?? null, fields.items === undefined ? null : Number(fields.items), fields.note ?? null, fields.paid ?? null];
const byText = (a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

describe('an InfluxDB 1.x behind the gateway', { timeout: 240_000 }, () => {
  let server, crm, gateway;

  const source = (name, properties, credentials = { username: 'reader', password }) => ({ name, connector: 'influxdb', configuration: { credentials }, properties });
  const settings = () => ({ url: server.url, version: '1', database: 'metrics' });
  const send = (method, path, body) => curl(gateway.url, method, path, body);
  const rows = async (query) => {
    const reply = await send('POST', '/_plugins/_sql', { query });
    assert.equal(reply.status, 200, `${query}: ${reply.text}`);
    return reply.json().datarows;
  };
  const request = async (query) => {
    const reply = await send('POST', '/_plugins/_sql/_explain', { query });
    assert.equal(reply.status, 200, reply.text);
    return JSON.parse(/"Request": ?("(?:[^"\\]|\\.)*")/.exec(reply.text)[1]);
  };
  const native = (query) => `select * from table(influx.system.query(query => '${query.replaceAll("'", "''")}'))`;

  before(async () => {
    [server, crm, gateway] = await Promise.all([
      startInfluxDb({ password, lines: { autogen: [...orders, ...crowd, ...odd].map(line).join('\n'), rollup: rollup.map(line).join('\n') } }),
      startPostgreSql({ sql: shop.postgreSql }),
      startGateway(),
    ]);
    const { host, port, database, ...credentials } = crm.config;
    for (const each of [source('influx', settings()), { name: 'crm', connector: 'postgresql', configuration: { credentials }, properties: { host, port, database } }]) {
      const reply = await send('POST', base, each);
      assert.equal(reply.status, 201, reply.text);
    }
  });
  after(() => Promise.all([server?.stop(), crm?.stop(), gateway?.stop()]));

  test('measurements are tables of time, tags and fields; those of other retention policies are in schemas of their names', async () => {
    const { tables } = (await send('GET', `${base}/influx/_schema`)).json();
    assert.deepEqual(tables.map(({ schema, name, columns }) => [schema, name, columns.map((column) => `${column.name}:${column.type}`).join(' ')]), [
      ['metrics', 'crowd', 'time:timestamp id:keyword n:long'],
      ['metrics', 'odd "name", x', 'time:timestamp Case:keyword ta g:keyword field:case:text va"l:double'],
      ['metrics', 'orders', 'time:timestamp customer:keyword zone:keyword amount:double items:long note:text paid:boolean'],
      ['rollup', 'orders_1h', 'time:timestamp mean:double'],
    ]);
  });

  test('rows are the points, whatever fields they lack', async () => {
    assert.deepEqual(await rows('select count(*), count(distinct time), count(amount), sum(amount), sum(items), count(paid), count(zone) from influx.metrics.orders'), [[
      orders.length, orders.length / 5,
      orders.filter(({ fields }) => fields.amount !== undefined).length,
      orders.reduce((sum, { fields }) => sum + (fields.amount ?? 0), 0),
      orders.reduce((sum, { fields }) => sum + Number(fields.items ?? 0n), 0),
      orders.filter(({ fields }) => fields.paid !== undefined).length,
      orders.filter(({ tags }) => tags.zone !== undefined).length,
    ]]);
    assert.deepEqual((await rows(`select * from influx.orders where time < '${text(orders[5000].time)}'`)).sort(byText), orders.slice(0, 5000).map(row).sort(byText));
    assert.deepEqual(await rows('select * from influx.metrics."odd ""name"", x"'), [[text(start), 'tag', 'a=b', 'field', 1.5]]);
    assert.deepEqual(await rows('select mean from influx.rollup.orders_1h'), [[2.5]]);
  });

  test('points of one time are all read, even if they are more than a page', async () => {
    assert.deepEqual(await rows('select count(*), count(distinct id), sum(n) from influx.metrics.crowd'), [[crowd.length, crowd.length, (crowd.length * (crowd.length - 1)) / 2]]);
  });

  test('conditions are the server\'s, with the meaning that SQL gives them', async () => {
    const cases = {
      "customer = '3'": [({ tags }) => tags.customer === '3', `"customer"::tag = '3'`],
      "zone <> 'z 1'": [({ tags }) => tags.zone !== undefined && tags.zone !== 'z 1', `"zone"::tag != ''`],
      'zone is null': [({ tags }) => tags.zone === undefined, `"zone"::tag = ''`],
      'zone is not null': [({ tags }) => tags.zone !== undefined, `"zone"::tag != ''`],
      "zone in ('z 0', 'z 2', 'it''s')": [({ tags }) => ['z 0', 'z 2'].includes(tags.zone), `"zone"::tag = 'it\\'s'`],
      "zone like 'z%'": [({ tags }) => tags.zone !== undefined, `"zone"::tag =~ /^z/`],
      'amount > 29990.5': [({ fields }) => fields.amount > 29990.5, `"amount"::field > 29990.5`],
      'items = -60000': [({ fields }) => fields.items === -60_000n, `"items"::field = -60000`],
      'items between 10 and 12': [({ fields }) => fields.items >= 10n && fields.items <= 12n, `"items"::field <= 12`],
      'items <> 5 and items >= 0 and items < 7': [({ fields }) => fields.items !== undefined && fields.items !== 5n && fields.items >= 0n && fields.items < 7n, `"items"::field != 5`],
      'amount is null': [({ fields }) => fields.amount === undefined, undefined],
      'paid = true': [({ fields }) => fields.paid === true, undefined],
      "note = 'it''s \"3000\" \\ größer'": [({ fields }) => fields.note === `it's "3000" \\ größer`, `"note"::field = 'it\\'s`],
      "note like 'it%'": [({ fields }) => fields.note !== undefined, undefined],
      "note > 'it''s \"5'": [({ fields }) => fields.note !== undefined && fields.note > 'it\'s "5', undefined],
    };
    for (const [condition, [passes, words]] of Object.entries(cases)) {
      const query = `select count(*), count(distinct time), sum(amount), sum(items) from influx.metrics.orders where ${condition}`;
      const expected = orders.filter(passes);
      const sum = (values) => (values.length ? values.reduce((a, b) => a + b, 0) : null);
      const present = (key) => expected.map(({ fields }) => fields[key]).filter((value) => value !== undefined).map(Number);
      assert.deepEqual(await rows(query), [[expected.length, new Set(expected.map(({ time }) => time)).size, sum(present('amount')), sum(present('items'))]], condition);
      if (words) assert.ok((await request(query)).includes(words), `${condition}: ${await request(query)}`);
    }
  });

  test('each comparison of times takes the points that it should, to the microsecond', async () => {
    const cut = orders[500].time / 1000n;
    for (const [operator, passes] of Object.entries({ '=': (t) => t === cut, '<': (t) => t < cut, '<=': (t) => t <= cut, '>': (t) => t > cut, '>=': (t) => t >= cut, '<>': (t) => t !== cut }))
      assert.deepEqual(await rows(`select count(*) from influx.metrics.orders where time ${operator} timestamp '${text(orders[500].time)}'`), [[orders.filter(({ time }) => passes(time / 1000n)).length]], operator);
    assert.match(await request(`select amount from influx.metrics.orders where time >= '${text(orders[500].time)}'`), /time >= 1700000100000199000 ORDER BY/);
  });

  test('a limit is the server\'s too when nothing stands before it', async () => {
    assert.match(await request("select amount from influx.metrics.orders where customer = '2' limit 7"), /LIMIT 7$/);
    assert.equal((await rows("select amount from influx.metrics.orders where customer = '2' limit 7")).length, 7);
    assert.doesNotMatch(await request("select amount from influx.metrics.orders where note like 'it%' limit 7"), /LIMIT/);
  });

  test('a measurement is joined with a table of another system', async () => {
    const expected = [1, 2].map((id) => [shop.customers[id - 1].name, orders.filter(({ tags }) => tags.customer === String(id)).reduce((sum, { fields }) => sum + (fields.amount ?? 0), 0)]);
    assert.deepEqual(await rows("select c.name, sum(o.amount) from influx.metrics.orders o join crm.public.customers c on c.id = cast(o.customer as integer) where o.customer in ('1', '2') group by c.name order by c.name"), expected);
  });

  test('statements of InfluxQL that read are tables', async () => {
    assert.deepEqual(await rows(native('SHOW RETENTION POLICIES')).then((all) => all.map(([name]) => name)), ['autogen', 'rollup']);
    const counts = (await rows(native('SELECT count(items), max(amount) FROM orders GROUP BY customer'))).map(([, count, most, customer]) => [customer, count, most]).sort(byText);
    const of = (key, customer) => orders.filter(({ tags, fields }) => tags.customer === customer && fields[key] !== undefined);
    assert.deepEqual(counts, ['1', '2', '3', '4', '5'].map((id) => [id, of('items', id).length, Math.max(...of('amount', id).map(({ fields }) => fields.amount))]));
    assert.deepEqual(await rows(native('SELECT n FROM crowd WHERE id = \'77\'')), [[text(start), 77]]);
    for (const [statement, words] of [['DROP MEASUREMENT orders', /only SELECT/], ['SELECT * INTO copy FROM orders', /INTO/], ['SELECT 1; DROP DATABASE metrics', /second statement/], ['SELECT foo( FROM x', /error parsing query/], ['SELECT * FROM nowhere.autogen.x', /database not found|not authorized/]]) {
      const reply = await send('POST', '/_plugins/_sql', { query: native(statement) });
      assert.ok(reply.status >= 400 && reply.status < 500, `${statement}: ${reply.text}`);
      assert.match(reply.json().error.details, words, statement);
    }
    assert.deepEqual(await rows('select count(*) from influx.metrics.crowd'), [[crowd.length]]);
  });

  test('a test says step by step what is wrong, and never a password', async () => {
    const attempt = async (change, credentials) => (await send('POST', `${base}/_test`, source('tried', { ...settings(), ...change }, credentials))).json();
    const right = await attempt({});
    assert.equal(right.passed, true, JSON.stringify(right));
    assert.deepEqual(right.checks.map(({ name, status }) => [name, status]), ['resolve', 'connect', 'authenticate', 'version', 'tables'].map((name) => [name, 'passed']));
    assert.match(right.message, /^InfluxDB 1\.\d+/);
    const failures = {
      'wrong password': [{}, { username: 'reader', password: 'wr0ng-s3cret' }, 'authenticate', /credentials/],
      'no password': [{}, {}, 'authenticate', /asks for credentials/],
      'no such database, or none that it may read': [{ database: 'nope' }, undefined, 'authenticate', /database not found: nope; check properties\.database$|not allow/],
      'another version': [{ version: '2', organization: 'o', bucket: 'b', token: 't0ken-s3cret' }, {}, 'authenticate', /set properties.version to 1/],
      'nothing listens': [{ url: `http://127.0.0.1:${await freePort()}` }, undefined, 'connect', /refused/],
      'another kind of server': [{ url: `http://127.0.0.1:${crm.port}` }, undefined, 'authenticate', /HTTP|without a reply/],
      'no TLS': [{ url: server.url.replace('http:', 'https:') }, undefined, 'tls', /TLS/],
    };
    for (const [what, [change, credentials, check, words]] of Object.entries(failures)) {
      const report = await attempt(change, credentials);
      assert.equal(report.passed, false, what);
      assert.equal(report.checks.find(({ status }) => status === 'failed')?.name, check, `${what}: ${JSON.stringify(report)}`);
      assert.match(report.message, words, what);
      assert.ok(!JSON.stringify(report).includes('s3cret'), what);
    }
  });

  test('a source that is disabled or deleted answers no more', async () => {
    const ask = () => send('POST', '/_plugins/_sql', { query: 'select count(*) from influx.rollup.orders_1h' });
    assert.equal((await send('PATCH', base, { name: 'influx', status: 'DISABLED' })).status, 200);
    assert.match((await ask()).text, /DISABLED/);
    assert.equal((await send('PATCH', base, { name: 'influx', status: 'ACTIVE' })).status, 200);
    assert.equal((await ask()).status, 200);
    assert.equal((await send('DELETE', `${base}/influx`)).status, 200);
    assert.notEqual((await ask()).status, 200);
  });
});
