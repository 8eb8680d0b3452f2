// BigQuery through the gateway: an emulator that runs the statements, behind a front that checks a service account's assertions and tokens
// as Google documents them. The emulator rounds NUMERIC constants to three places, has no default dataset, describes JSON columns as texts
// and carries out a script that it is only asked to judge, so nothing of these is tested here.

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, before, describe, test } from 'node:test';

import { bigQueryMissing, startBigQuery } from '../support/bigquery.mjs';
import { startPostgreSql } from '../support/databases.mjs';
import { curl, startGateway } from '../support/gateway.mjs';
import { freePort } from '../support/process.mjs';
import * as shop from '../support/shop.mjs';

const base = '/_plugins/_query/_datasources';

/** More than a page of the source's. */
const many = Array.from({ length: 52_000 }, (_, id) => ({ id, n: id % 97, txt: `text ${id}` }));
const visits = shop.customers.filter(({ id }) => id % 10 !== 0).map(({ id }) => ({ customer: id, seconds: (id * 37) % 600 }));

const statements = [
  `create table shop.kinds (id int64 not null, flag bool, whole int64, real float64, price numeric, big bignumeric, txt string, bin bytes, day date, clock time,
    wall datetime, moment timestamp, list array<int64>, rec struct<a int64, b string>)`,
  `insert into shop.kinds (id, flag, whole, real, price, big, txt, bin, day, clock, wall, moment, list, rec) values (1, true, 9007199254740993, 0.1, numeric '12.125',
    bignumeric '-3.25', 'añ "x" \\\\ \\n', from_base64('AP8H'), date '2024-01-31', time '10:11:12.345678', datetime '2024-01-31 10:11:12.345678',
    timestamp '1969-12-31 23:59:59.999999+00', [1, 2], struct(5, 'x'))`,
  'insert into shop.kinds (id) values (2)',
  'create table shop.many (id int64, n int64, txt string)',
  `insert into shop.many (id, n, txt) select i, mod(i, 97), concat('text ', cast(i as string)) from unnest(generate_array(0, ${many.length - 1})) as i`,
  'create table shop.visits (customer int64, seconds int64)',
  `insert into shop.visits (customer, seconds) values ${visits.map(({ customer, seconds }) => `(${customer}, ${seconds})`).join(', ')}`,
  'create view shop.few as select id, n from shop.many where id < 3',
];

describe('a BigQuery behind the gateway', { timeout: 240_000, skip: bigQueryMissing }, () => {
  let server, crm, gateway;
  let replies = '';

  const source = (name, change = {}) => ({ name, connector: 'bigquery', properties: { ...server.config, ...change } });
  const send = async (method, path, body) => {
    const reply = await curl(gateway.url, method, path, body);
    replies += reply.text;
    return reply;
  };
  const add = async (body) => {
    const reply = await send('POST', base, body);
    assert.equal(reply.status, 201, reply.text);
  };
  const ask = (query) => send('POST', '/_plugins/_sql', { query });
  const sql = async (query) => {
    const reply = await ask(query);
    assert.equal(reply.status, 200, `${query}: ${reply.text}`);
    return reply.json().datarows;
  };
  const request = async (query) => {
    const reply = await send('POST', '/_plugins/_sql/_explain', { query });
    assert.equal(reply.status, 200, reply.text);
    return /"Request": ?"((?:[^"\\]|\\.)*)"/.exec(reply.text)?.[1];
  };
  const native = (text) => `select * from table(bq.system.query(query => '${text.replaceAll("'", "''")}'))`;

  before(async () => {
    [server, crm, gateway] = await Promise.all([startBigQuery({ sql: statements }), startPostgreSql({ sql: shop.postgreSql }), startGateway()]);
    const { username, password, ...properties } = crm.config;
    await add({ name: 'crm', connector: 'postgresql', properties, configuration: { credentials: { username, password } } });
    await add(source('bq'));
  });
  after(() => Promise.all([server?.stop(), crm?.stop(), gateway?.stop()]));

  test('a connection test passes step by step, with one token for all of it', async () => {
    const given = () => server.log.filter(({ token }) => token).length;
    const before = given();
    const report = (await send('POST', `${base}/_test`, source('tried'))).json();
    assert.equal(report.passed, true, JSON.stringify(report));
    assert.deepEqual(report.checks.map(({ name, status }) => [name, status]), ['resolve', 'connect', 'authenticate', 'version', 'tables'].map((name) => [name, 'passed']));
    assert.match(JSON.stringify(report), /may run in the project acme-shop.*4 tables/);
    assert.equal(given() - before, 1);
    const { serviceAccountKey: _, ...properties } = source('tried').properties;
    assert.equal((await send('POST', `${base}/_test`, { ...source('tried'), properties: { ...properties, accessToken: 'a-given-token' } })).json().passed, true);
  });

  test('a connection test says what is wrong', async () => {
    const stranger = generateKeyPairSync('rsa', { modulusLength: 2048, publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } });
    const key = (change) => ({ serviceAccountKey: server.keyFile(change) });
    const nowhere = `http://127.0.0.1:${await freePort()}`;
    const failures = {
      'the key of somebody else': [key({ private_key: stranger.privateKey }), 'authenticate', /no access token to reader@.*Invalid JWT Signature/],
      'no such account': [key({ client_email: 'nobody@acme-shop.iam.gserviceaccount.com' }), 'authenticate', /account not found/],
      'what is no key': [key({ private_key: '-----BEGIN PRIVATE KEY-----\nc3VjaC1hLXMzY3JldA==\n-----END PRIVATE KEY-----\n' }), 'open', /properties\.serviceAccountKey: the private key cannot be read/],
      'nothing gives tokens': [key({ token_uri: `${nowhere}/token` }), 'authenticate', /no access token.*refused.*token_uri in properties\.serviceAccountKey/],
      'another server where tokens are': [key({ token_uri: `${gateway.url}/token` }), 'authenticate', /gives no access tokens.*check token_uri/],
      'a wrong token': [{ serviceAccountKey: undefined, accessToken: 'wr0ng-s3cret' }, 'authenticate', /does not accept the credentials.*set properties\.accessToken/],
      'no credentials': [{ serviceAccountKey: undefined, authentication: 'none' }, 'authenticate', /asks for credentials/],
      'no such project': [{ project: 'no-such-project' }, 'authenticate', /Project no-such-project.*; check properties\.project$/],
      'no such project of the data': [{ project: 'no-such-project', billingProject: 'acme-shop' }, 'tables', /Project no-such-project.*; check properties\.project$/],
      'no such dataset': [{ dataset: 'nothing' }, 'tables', /Dataset acme-shop:nothing; check properties\.dataset$/],
      'nothing listens': [{ apiUrl: nowhere }, 'connect', /refused the connection; check properties\.apiUrl/],
      'no such host': [{ apiUrl: 'http://no-such-host.invalid' }, 'resolve', /not known; check properties\.apiUrl/],
      'another kind of server': [{ apiUrl: gateway.url }, 'authenticate', /does not speak the protocol of Google BigQuery/],
      'no HTTP': [{ apiUrl: `http://127.0.0.1:${crm.port}` }, 'authenticate', /HTTP|without a reply.*; check properties\.apiUrl/],
      'no TLS': [{ apiUrl: server.url.replace('http:', 'https:') }, 'tls', /TLS/],
    };
    for (const [what, [change, check, words]] of Object.entries(failures)) {
      const report = (await send('POST', `${base}/_test`, source('tried', change))).json();
      assert.equal(report.passed, false, `${what}: ${JSON.stringify(report)}`);
      assert.equal(report.checks.find(({ status }) => status === 'failed')?.name, check, `${what}: ${JSON.stringify(report)}`);
      assert.match(report.message, words, what);
      assert.ok(!JSON.stringify(report).includes('s3cret'), what);
    }
    const reply = await send('POST', base, source('tried', { serviceAccountKey: '{"type": "authorized_user"}' }));
    assert.equal(reply.status, 400, reply.text);
    assert.match(reply.text, /properties\.serviceAccountKey: it is not a service account's key/);
  });

  test('tables and views are browsed with their columns', async () => {
    const { tables } = (await send('GET', `${base}/bq/_schema`)).json();
    assert.deepEqual(tables.map(({ schema, name, type }) => [schema, name, type]), [['shop', 'few', 'view'], ['shop', 'kinds', 'table'], ['shop', 'many', 'table'], ['shop', 'visits', 'table']]);
    assert.deepEqual(tables[1].columns.map(({ name, type, nullable }) => `${name}:${type}${nullable ? '' : '!'}`), [
      'id:long!', 'flag:boolean', 'whole:long', 'real:double', 'price:decimal', 'big:decimal', 'txt:keyword', 'bin:binary', 'day:date', 'clock:time', 'wall:timestamp', 'moment:timestamp',
      'list:array!', 'rec:object',
    ]);
  });

  const row = ['9007199254740993', 0.1, '12.125000000', 'añ "x" \\ \n', 'AP8H', '2024-01-31', '10:11:12.345678', '2024-01-31 10:11:12.345678', '1969-12-31 23:59:59.999999', [1, 2], { a: 5, b: 'x' }];
  const columns = 'cast(whole as varchar), real, cast(price as varchar), txt, bin, day, clock, wall, moment, list, rec';

  test('every type of value is exact, read as a table and as a query', async () => {
    for (const condition of ['true', 'id > 0']) {
      const rows = await sql(`select id, flag, ${columns} from bq.kinds where ${condition} order by id`);
      assert.deepEqual(rows, [[1, true, ...row], [2, null, ...row.map((value) => (Array.isArray(value) ? [] : null))]], condition);
    }
    assert.deepEqual(await sql("select cast(big as varchar) from bq.kinds where big = -3.25"), [['-3.250000000']]);
  });

  test('columns, conditions and a limit are BigQuery\'s work', async () => {
    assert.equal(await request('select id, txt from bq.many where n = 5 limit 7'), 'SELECT `id`, `n`, `txt` FROM `acme-shop`.`shop`.`many` WHERE `n` = 5 LIMIT 7');
    assert.equal(await request('select id from bq.many limit 7'), 'tabledata.list `acme-shop`.`shop`.`many`: id, at most 7 rows');
    assert.equal(await request('select id from bq.few limit 2'), 'SELECT `id` FROM `acme-shop`.`shop`.`few` LIMIT 2');
    const asked = await request(`select id from bq.kinds where flag and real < 0.5 and price = 12.125 and txt like 'añ%' and day in (date '2024-01-31', date '2024-02-01') and clock > time '10:00:00'
      and wall <= timestamp '2024-01-31 10:11:12.345678' and moment < timestamp '1970-01-01 00:00:00' and rec is not null`);
    for (const part of ['`flag` = TRUE', '`real` < 0.5E0', "`price` = NUMERIC '12.125000000'", "STARTS_WITH(`txt`, 'añ')", "`day` IN (DATE '2024-01-31', DATE '2024-02-01')", "`clock` > TIME '10:00:00.000000'",
      "`wall` <= DATETIME '2024-01-31 10:11:12.345678'", "`moment` < TIMESTAMP('1970-01-01 00:00:00.000000', 'UTC')", '`rec` IS NOT NULL'])
      assert.ok(asked.includes(part), `${part}: ${asked}`);
  });

  test('a condition gives the same rows here and there', async () => {
    const ids = async (condition) => (await sql(`select id from bq.kinds where ${condition}`)).map(([id]) => id);
    for (const condition of ['flag', 'flag = true and whole = 9007199254740993', 'whole > 9007199254740992', 'real = 0.1', 'price between 12.124 and 12.125', "txt = 'añ \"x\" \\ \n'", "txt like 'añ \"%'",
      "day = date '2024-01-31'", "clock = time '10:11:12.345678'", "wall = timestamp '2024-01-31 10:11:12.345678'", "moment = timestamp '1969-12-31 23:59:59.999999'", 'rec is not null'])
      assert.deepEqual(await ids(condition), [1], condition);
    for (const condition of ['flag is null', 'txt is null', 'id in (2, 3)', 'id <> 1']) assert.deepEqual(await ids(condition), [2], condition);
    for (const condition of ["txt = ''' or 1=1 -- `'", 'real > 0.1', "wall < timestamp '2024-01-31 10:11:12.345678'", 'id = 1 and id = 2']) assert.deepEqual(await ids(condition), [], condition);
  });

  test('more rows than a page of the API add up', async () => {
    const [[count, sum, last]] = await sql('select count(*), sum(n), max(txt) from bq.many');
    assert.deepEqual([count, Number(sum), last], [many.length, many.reduce((total, { n }) => total + n, 0), many.map(({ txt }) => txt).sort().at(-1)]);
    assert.ok(server.log.some(({ path }) => /tables\/many\/data\?.*pageToken=/.test(path)));
    const some = many.filter(({ n, id }) => n === 5 && id > 100);
    assert.deepEqual(await sql('select id, txt from bq.many where n = 5 and id > 100 order by id'), some.map(({ id, txt }) => [id, txt]));
  });

  test('a join with PostgreSQL has the rows that were computed here', async () => {
    const rows = await sql('select c.region, count(*), sum(v.seconds) from bq.visits v join crm.public.customers c on c.id = v.customer group by c.region order by c.region nulls last');
    const expected = new Map();
    for (const { customer, seconds } of visits) {
      const { region } = shop.customers[customer - 1];
      const [, count, sum] = expected.get(region) ?? [region, 0, 0];
      expected.set(region, [region, count + 1, sum + seconds]);
    }
    const byName = ([a], [b]) => (a === null ? 1 : b === null ? -1 : a < b ? -1 : 1);
    assert.deepEqual(rows.map(([region, count, sum]) => [region, count, Number(sum)]), [...expected.values()].sort(byName));
  });

  test('a statement in GoogleSQL runs, one that writes does not, and what is no statement is told', async () => {
    const expected = [0, 1, 2].map((n) => [n, many.filter((one) => one.n === n).length]);
    assert.deepEqual(await sql(native('select n, countif(id >= 0) as c from shop.many where n < 3 group by n order by n')), expected);
    assert.deepEqual(await sql(native(`select json '{"a": [1, null]}' as doc, [struct('x' as b)] as list`)), [[{ a: [1, null] }, [{ b: 'x' }]]]);
    for (const [text, kind] of Object.entries({ 'delete from shop.many where true': 'DELETE', 'insert into shop.many (id) values (1)': 'INSERT', 'drop table shop.many': 'DROP_TABLE', 'select 1; select 2': 'SCRIPT' })) {
      const reply = await ask(native(text));
      assert.equal(reply.status, 501, reply.text);
      assert.match(reply.text, new RegExp(`only a statement that reads may run here.*${kind}`));
    }
    assert.equal((await sql('select count(*) from bq.many where id >= 0'))[0][0], many.length);
    const wrong = await ask(native('selec'));
    assert.equal(wrong.status, 400, wrong.text);
    assert.match(wrong.text, /syntax error/);
    const asked = server.log.findLast(({ body }) => body?.query?.includes('countif')).body;
    assert.deepEqual([asked.defaultDataset, asked.useLegacySql], [{ projectId: 'acme-shop', datasetId: 'shop' }, false]);
  });

  test('what the source does not have is told by name', async () => {
    for (const [table, words] of Object.entries({ 'bq.nothing': /acme-shop\.shop\.nothing/, 'bq.other.many': /reads the dataset shop, not other/ })) {
      const reply = await ask(`select * from ${table}`);
      assert.equal(reply.status, 404, reply.text);
      assert.match(reply.text, words);
    }
  });

  test('without a dataset every one of them is a schema', async () => {
    await add(source('every', { dataset: undefined }));
    assert.deepEqual(await sql('select id from every.shop.few order by id'), [[0], [1], [2]]);
    assert.match((await ask('select * from every.few')).text, /write source\.dataset\.table/);
    assert.equal((await send('DELETE', `${base}/every`)).status, 200);
  });

  test('a source that is disabled or deleted is not read', async () => {
    await add(source('gone'));
    assert.equal((await sql('select count(*) from gone.few'))[0][0], 3);
    assert.equal((await send('PATCH', base, { name: 'gone', status: 'DISABLED' })).status, 200);
    assert.match((await ask('select count(*) from gone.few')).text, /DISABLED/);
    assert.equal((await send('DELETE', `${base}/gone`)).status, 200);
    assert.equal((await ask('select count(*) from gone.few')).status, 404);
  });

  test('the private key and the tokens reach no reply and no log', async () => {
    const shown = (await send('GET', `${base}/bq`)).json();
    assert.equal(shown.properties.serviceAccountKey, '******');
    const lines = JSON.parse(server.config.serviceAccountKey).private_key.split('\n').filter((line) => line.length === 64);
    assert.ok(lines.length > 20);
    for (const secret of [...lines, 'ya29.', 'a-given-token', 'BEGIN PRIVATE KEY']) {
      assert.ok(!replies.includes(secret), 'in a reply');
      assert.ok(!gateway.log().includes(secret), 'in the log');
    }
  });
});
