// A real Prometheus behind the gateway, against samples that are computed here.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { startPostgreSql } from '../support/databases.mjs';
import { curl, startGateway } from '../support/gateway.mjs';
import { startInfluxDb } from '../support/influxdb.mjs';
import { freePort } from '../support/process.mjs';
import { password, startPrometheus } from '../support/prometheus.mjs';
import * as shop from '../support/shop.mjs';

const base = '/_plugins/_query/_datasources';
const start = 1_700_000_000_000;
const minute = 60_000;

const series = (name, labels, count, value) => Array.from({ length: count }, (_, i) => ({ name, labels, milliseconds: start + i * 15_000 + (i % 1000), value: value(i) }));

const temperatures = [
  ...series('temperature_celsius', { room: 'kitchen', floor: '1' }, 2000, (i) => (i === 5 ? NaN : i === 6 ? Infinity : i === 7 ? -Infinity : 20 + (i * 7) / 3)),
  ...series('temperature_celsius', { room: 'cellar "old" \\ .*', floor: '0' }, 2000, (i) => i / 10),
  ...series('temperature_celsius', { floor: '2' }, 2000, (i) => (i + 1) * -1e-7),
];
/** More than the server gives at once, and than the engine asks for at once. */
const orders = Array.from({ length: 20 }, (_, k) => series('orders_total', { customer: String(k + 1), timestamp: 'label', Value: 'label', Host: 'a', host: 'b' }, 6000, (i) => i * (k + 1))).flat();
const seldom = [{ name: 'seldom', labels: {}, milliseconds: start - 400 * 24 * 60 * minute, value: 1 }, { name: 'seldom', labels: {}, milliseconds: start, value: 2 }];

const text = (milliseconds) => new Date(milliseconds).toISOString().replace('T', ' ').replace(/\.?0*Z$/, '');
/** As the API writes a number that JSON has none for. */
const cell = (value) => (Number.isFinite(value) ? value : Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity');
const byText = (a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

describe('a Prometheus behind the gateway', { timeout: 180_000 }, () => {
  let server, guarded, other, crm, gateway;

  const source = (name, properties) => ({ name, connector: 'prometheus', properties });
  const send = (method, path, body) => curl(gateway.url, method, path, body);
  const sql = async (query) => {
    const reply = await send('POST', '/_plugins/_sql', { query });
    assert.equal(reply.status, 200, `${query}: ${reply.text}`);
    return reply.json();
  };
  const rows = async (query) => (await sql(query)).datarows;
  const request = async (query) => {
    const reply = await send('POST', '/_plugins/_sql/_explain', { query });
    assert.equal(reply.status, 200, reply.text);
    return /"Request": ?"((?:[^"\\]|\\.)*)"/.exec(reply.text)?.[1].replaceAll('\\"', '"').replaceAll('\\\\', '\\');
  };
  const native = (query) => `select * from table(prom.system.query(query => '${query.replaceAll("'", "''")}'))`;

  before(async () => {
    [server, guarded, other, crm, gateway] = await Promise.all([
      startPrometheus({ samples: [...temperatures, ...orders, ...seldom], args: ['--query.max-samples=30000'] }),
      startPrometheus({ user: 'reader' }),
      startInfluxDb(),
      startPostgreSql({ sql: shop.postgreSql }),
      startGateway(),
    ]);
    const { host, port, database, username, password: secret } = crm.config;
    for (const each of [
      source('prom', { 'prometheus.uri': server.url }),
      { name: 'crm', connector: 'postgresql', configuration: { credentials: { username, password: secret } }, properties: { host, port, database } },
    ]) {
      const reply = await send('POST', base, each);
      assert.equal(reply.status, 201, reply.text);
    }
  });
  after(() => Promise.all([server?.stop(), guarded?.stop(), other?.stop(), crm?.stop(), gateway?.stop()]));

  test('metrics are tables, with a column for each label', async () => {
    const { tables } = (await send('GET', `${base}/prom/_schema`)).json();
    const columns = ({ columns }) => columns.map(({ name, type }) => `${name}:${type}`).join(' ');
    assert.deepEqual(tables.map((table) => [table.schema, table.name, columns(table)]), [
      ['metrics', 'orders_total', 'timestamp:timestamp value:double Host:keyword label:Value:keyword customer:keyword label:host:keyword label:timestamp:keyword'],
      ['metrics', 'seldom', 'timestamp:timestamp value:double'],
      ['metrics', 'temperature_celsius', 'timestamp:timestamp value:double floor:keyword room:keyword'],
    ]);
  });

  test('rows are the samples as they were scraped', async () => {
    const expected = temperatures.map(({ milliseconds, value, labels }) => [text(milliseconds), cell(value), labels.floor, labels.room ?? null]);
    assert.deepEqual((await rows('select * from prom.metrics.temperature_celsius')).sort(byText), expected.sort(byText));
    assert.deepEqual(await rows('select * from prom.seldom order by timestamp'), seldom.map(({ milliseconds, value }) => [text(milliseconds), value]));
  });

  test('samples that the server does not give at once are read in windows', async () => {
    const sum = orders.reduce((all, { value }) => all + value, 0);
    assert.deepEqual(await rows('select count(*), sum(value), count(distinct timestamp) from prom.metrics.orders_total'), [[orders.length, sum, 6000]]);
    assert.deepEqual(await rows('select count(*) from (select value from prom.metrics.orders_total limit 70000)'), [[70_000]]);
  });

  test('conditions on labels and times are the server\'s, with the meaning that SQL gives them', async () => {
    const from = start + 10 * minute, to = start + 20 * minute;
    const isIn = ({ milliseconds }) => milliseconds >= from && milliseconds < to;
    const range = `timestamp >= '${text(from)}' and timestamp < '${text(to)}'`;
    const cases = {
      "room = 'kitchen'": [({ room }) => room === 'kitchen', 'room="kitchen"'],
      "room <> 'kitchen'": [({ room }) => room !== undefined && room !== 'kitchen', 'room!=""'],
      "room = ''": [() => false, 'no samples'],
      "room in ('kitchen', 'cellar \"old\" \\ .*', 'x|y')": [({ room }) => room !== undefined, 'room=~'],
      "room like 'cellar \"%'": [({ room }) => room?.startsWith('cellar'), 'room=~"cellar'],
      "room like 'cellar%old%'": [({ room }) => room?.startsWith('cellar'), undefined],
      'room is null': [({ room }) => room === undefined, 'room=""'],
      'room is not null': [({ room }) => room !== undefined, 'room!=""'],
      "room = 'kitchen' and floor = '0'": [() => false, 'floor="0"'],
      "(floor = '1' or floor = '2')": [({ floor }) => floor !== '0', 'floor=~"1|2"'],
      "floor > '0'": [({ floor }) => floor > '0', undefined],
    };
    for (const [condition, [passes, matcher]] of Object.entries(cases)) {
      const query = `select timestamp, value, floor, room from prom.metrics.temperature_celsius where ${condition} and ${range}`;
      const expected = temperatures.filter((sample) => isIn(sample) && passes(sample.labels)).map(({ milliseconds, value, labels }) => [text(milliseconds), cell(value), labels.floor, labels.room ?? null]);
      assert.deepEqual((await rows(query)).sort(byText), expected.sort(byText), condition);
      const asked = await request(query);
      if (condition !== "room = ''") assert.match(asked, /from 2023-11-14T22:23:20\.000Z to 2023-11-14T22:33:19\.999Z/, condition);
      if (matcher) assert.ok(asked.includes(matcher), `${condition}: ${asked}`);
    }
  });

  test('each comparison of times takes the samples that it should', async () => {
    const { milliseconds: at } = temperatures[3];
    for (const [operator, passes] of Object.entries({ '=': (t) => t === at, '<': (t) => t < at, '<=': (t) => t <= at, '>': (t) => t > at, '>=': (t) => t >= at, '<>': (t) => t !== at })) {
      const expected = temperatures.filter(({ milliseconds, labels }) => labels.room === 'kitchen' && passes(milliseconds)).length;
      assert.deepEqual(await rows(`select count(*) from prom.metrics.temperature_celsius where room = 'kitchen' and timestamp ${operator} timestamp '${text(at)}'`), [[expected]], operator);
    }
    assert.deepEqual(await rows(`select count(*) from prom.metrics.temperature_celsius where timestamp between '${text(at)}' and '${text(at)}'`), [[3]]);
    assert.deepEqual(await rows(`select count(*) from prom.metrics.temperature_celsius where timestamp > now() - interval 1 hour`), [[0]]);
  });

  test('a limit is the server\'s too when nothing stands before it', async () => {
    assert.match(await request("select value from prom.metrics.temperature_celsius where floor = '1' limit 7"), /at most 7 samples/);
    assert.equal((await rows("select value from prom.metrics.temperature_celsius where floor = '1' limit 7")).length, 7);
    assert.doesNotMatch(await request('select value from prom.metrics.temperature_celsius where value > 0 limit 7'), /at most/);
  });

  test('labels of the same name as a column are columns of their own', async () => {
    assert.deepEqual(await rows(`select distinct "label:Value", "Host", "label:host", "label:timestamp" from prom.metrics.orders_total where customer = '3' and "label:host" = 'b'`), [['label', 'a', 'b', 'label']]);
  });

  test('a metric is joined with a table of another system', async () => {
    const query = `select c.id, c.name, max(o.value) as most from prom.metrics.orders_total o join crm.public.customers c on c.id = cast(o.customer as integer)
      where o.customer in ('1', '2', '3') group by c.id, c.name order by c.id`;
    assert.deepEqual(await rows(query), [1, 2, 3].map((id) => [id, shop.customers[id - 1].name, 5999 * id]));
  });

  test('expressions of PromQL are tables', async () => {
    assert.deepEqual(await rows(native(`max by (room) (temperature_celsius{floor!="1"} @ ${start / 1000 + 60})`)).then((all) => all.map(([, value, room]) => [value, room ?? null]).sort(byText)), [[-4e-7, null], [0.3, 'cellar "old" \\ .*']].sort(byText));
    assert.deepEqual((await rows(native('1 + 1'))).map(([, value]) => value), [2]);
    assert.deepEqual((await rows(native('"text"'))).map(([, value]) => value), ['text']);
    const range = { query: 'count(temperature_celsius)', start: start / 1000 + 60, end: start / 1000 + 120, step: '30s' };
    assert.deepEqual(await rows(native(JSON.stringify(range))), [60, 90, 120].map((second) => [text(start + second * 1000), 3]));
    assert.deepEqual((await rows(`select count(*) from table(prom.system.query(query => 'seldom[500d] @ ${start / 1000}'))`)), [[2]]);
    const wrong = await send('POST', '/_plugins/_sql', { query: native('sum(') });
    assert.equal(wrong.status, 400, wrong.text);
    assert.match(wrong.json().error.details, /parse error: unclosed left parenthesis/);
  });

  test('a metric that is not there is told by name', async () => {
    const reply = await send('POST', '/_plugins/_sql', { query: 'select * from prom.metrics.temperature' });
    assert.ok(reply.status >= 400 && reply.status < 500, reply.text);
    assert.match(reply.json().error.details, /temperature/);
  });

  test('a test says step by step what is wrong, and never a password', async () => {
    const attempt = async (properties) => (await send('POST', `${base}/_test`, source('tried', properties))).json();
    const right = await attempt({ 'prometheus.uri': server.url });
    assert.equal(right.passed, true, JSON.stringify(right));
    assert.deepEqual(right.checks.map(({ name, status }) => [name, status]), ['resolve', 'connect', 'authenticate', 'version', 'tables'].map((name) => [name, 'passed']));
    assert.match(right.message, /^Prometheus 2\.\d+/);
    const signedIn = { 'prometheus.uri': guarded.url, 'prometheus.auth.type': 'basicauth', 'prometheus.auth.username': 'reader', 'prometheus.auth.password': password };
    assert.equal((await attempt(signedIn)).passed, true);
    const failures = {
      'wrong password': [{ ...signedIn, 'prometheus.auth.password': 'wr0ng-s3cret' }, 'authenticate', /credentials/],
      'no password': [{ 'prometheus.uri': guarded.url }, 'authenticate', /asks for credentials/],
      'nothing listens': [{ 'prometheus.uri': `http://127.0.0.1:${await freePort()}` }, 'connect', /refused the connection; check properties\.prometheus\.uri and that Prometheus runs there/],
      'no such host': [{ 'prometheus.uri': 'http://no-such-host.invalid:9090' }, 'resolve', /not known/],
      'another kind of server': [{ 'prometheus.uri': other.url }, 'authenticate', /does not speak the protocol of Prometheus/],
      'no HTTP': [{ 'prometheus.uri': `http://127.0.0.1:${crm.port}` }, 'authenticate', /HTTP|without a reply/],
      'no TLS': [{ 'prometheus.uri': server.url.replace('http:', 'https:') }, 'tls', /TLS/],
    };
    for (const [what, [properties, check, words]] of Object.entries(failures)) {
      const report = await attempt(properties);
      assert.equal(report.passed, false, what);
      assert.equal(report.checks.find(({ status }) => status === 'failed')?.name, check, `${what}: ${JSON.stringify(report)}`);
      assert.match(report.message, words, what);
      assert.ok(!JSON.stringify(report).includes('s3cret'), what);
    }
  });

  test('a source that is disabled or deleted answers no more', async () => {
    assert.equal((await send('PATCH', base, { name: 'prom', status: 'DISABLED' })).status, 200);
    const refused = await send('POST', '/_plugins/_sql', { query: 'select * from prom.metrics.seldom' });
    assert.match(refused.text, /DISABLED/);
    assert.equal((await send('PATCH', base, { name: 'prom', status: 'ACTIVE' })).status, 200);
    assert.equal((await rows('select * from prom.metrics.seldom')).length, 2);
    assert.equal((await send('DELETE', `${base}/prom`)).status, 200);
    assert.notEqual((await send('POST', '/_plugins/_sql', { query: 'select * from prom.metrics.seldom' })).status, 200);
  });
});
