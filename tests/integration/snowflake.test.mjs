// Snowflake through the gateway. No Snowflake can run here: a stand-in for its SQL API checks keys and tokens, and fakesnow runs the
// statements (tests/support/cloud). Its INFORMATION_SCHEMA has no views and calls arrays variants, so nothing of these is tested here.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { startPostgreSql } from '../support/databases.mjs';
import { curl, startGateway } from '../support/gateway.mjs';
import { freePort, until } from '../support/process.mjs';
import * as shop from '../support/shop.mjs';
import { snowflakeMissing, startSnowflake, strangersKey } from '../support/snowflake.mjs';

const base = '/_plugins/_query/_datasources';

/** More than a partition. */
const many = Array.from({ length: 2500 }, (_, id) => ({ id, n: id % 97, txt: `text ${id}` }));
const visits = shop.customers.filter(({ id }) => id % 10 !== 0).map(({ id }) => ({ customer: id, seconds: (id * 37) % 600 }));

const statements = [
  `create table kinds (id number(9, 0) not null, flag boolean, whole number(38, 0), price number(38, 4), real double, txt varchar, bin binary, day date, clock time, wall timestamp_ntz,
    moment timestamp_tz, doc variant)`,
  `insert into kinds select 1, true, 9007199254740993, '1234567890123456789.1250'::number(38, 4), 0.1, 'añ "x"', to_binary('00FF07', 'HEX'), '2024-01-31'::date, '10:11:12.345678'::time,
    '2024-01-31 10:11:12.345678'::timestamp_ntz, '1969-12-31 23:59:59.999999 +0000'::timestamp_tz, parse_json('{"a": [1, null]}')`,
  'insert into kinds (id) values (2)',
  'create table many (id number(9, 0), n number(9, 0), txt varchar)',
  `insert into many values ${many.map(({ id, n, txt }) => `(${id}, ${n}, '${txt}')`).join(', ')}`,
  'create table visits (customer number(9, 0), seconds number(9, 0))',
  `insert into visits values ${visits.map(({ customer, seconds }) => `(${customer}, ${seconds})`).join(', ')}`,
  'create table "Mixed" ("Id" number(9, 0), "select" varchar)',
  `insert into "Mixed" values (1, 'x')`,
  'create schema other',
  'create table other.things (id number(9, 0))',
  'insert into other.things values (7)',
];

describe('a Snowflake behind the gateway', { timeout: 240_000, skip: snowflakeMissing }, () => {
  let server, crm, gateway;
  let replies = '';

  const source = (name, change = {}, username = server.username) => ({
    name,
    connector: 'snowflake',
    properties: { ...server.config, ...change },
    ...(username ? { configuration: { credentials: { username } } } : {}),
  });
  const send = async (method, path, body) => {
    const reply = await curl(gateway.url, method, path, body);
    replies += reply.text;
    return reply;
  };
  const add = async (body) => {
    const reply = await send('POST', base, body);
    assert.equal(reply.status, 201, reply.text);
  };
  const tested = async (body) => (await send('POST', `${base}/_test`, body)).json();
  const ask = (query) => send('POST', '/_plugins/_sql', { query });
  const sql = async (query) => {
    const reply = await ask(query);
    assert.equal(reply.status, 200, `${query}: ${reply.text}`);
    return reply.json().datarows;
  };
  const request = async (query) => {
    const reply = await send('POST', '/_plugins/_sql/_explain', { query });
    assert.equal(reply.status, 200, reply.text);
    return /"Request": ?"((?:[^"\\]|\\.)*)"/.exec(reply.text)?.[1].replaceAll('\\"', '"');
  };
  const native = (text, name = 'sf') => `select * from table(${name}.system.query(query => '${text.replaceAll("'", "''")}'))`;

  before(async () => {
    [server, crm, gateway] = await Promise.all([startSnowflake({ sql: statements }), startPostgreSql({ sql: shop.postgreSql }), startGateway()]);
    const { username, password, ...properties } = crm.config;
    await add({ name: 'crm', connector: 'postgresql', properties, configuration: { credentials: { username, password } } });
    await add(source('sf'));
  });
  after(() => Promise.all([server?.stop(), crm?.stop(), gateway?.stop()]));

  test('a connection test passes step by step, with each way to sign in', async () => {
    const report = await tested(source('tried'));
    assert.equal(report.passed, true, JSON.stringify(report));
    assert.deepEqual(report.checks.map(({ name, status }) => [name, status]), ['resolve', 'connect', 'authenticate', 'version', 'tables'].map((name) => [name, 'passed']));
    assert.match(report.message, /^Snowflake \d+/);
    const { username, ...sealed } = server.sealedKey;
    const ways = {
      'an encrypted key': source('tried', sealed, username),
      'a programmatic token': source('tried', { privateKey: undefined, token: 'a-programmatic-token' }, ''),
      'an OAuth token': source('tried', { privateKey: undefined, authentication: 'oauth', token: 'an-oauth-token' }, ''),
    };
    for (const [what, body] of Object.entries(ways)) assert.equal((await tested(body)).passed, true, what);
  });

  test('a connection test says what is wrong', async () => {
    const { privateKey: sealed } = server.sealedKey;
    const failures = {
      'the key of somebody else': [{ privateKey: strangersKey() }, 'authenticate', /JWT token is invalid.*RSA_PUBLIC_KEY/],
      'another account': [{ account: 'acme-test' }, 'authenticate', /does not accept the credentials.*check the account/],
      'what is no key': [{ privateKey: '-----BEGIN PRIVATE KEY-----\nc3VjaC1hLXMzY3JldA==\n-----END PRIVATE KEY-----\n' }, 'open', /properties\.privateKey: the private key cannot be read/],
      'a wrong passphrase': [{ privateKey: sealed, privateKeyPassphrase: 'wr0ng-s3cret' }, 'open', /cannot be decrypted; check the passphrase/],
      'no passphrase': [{ privateKey: sealed }, 'open', /is encrypted; give its passphrase/],
      'a wrong token': [{ privateKey: undefined, token: 'wr0ng-s3cret' }, 'authenticate', /does not accept the credentials.*properties\.token/],
      'no such database': [{ database: 'nothing' }, 'tables', /Database 'NOTHING' does not exist or not authorized; check properties\.database$/],
      'no such schema': [{ schema: 'nothing' }, 'tables', /the database SHOP has no schema NOTHING that the role may use; check properties\.schema$/],
      'nothing listens': [{ accountUrl: `http://127.0.0.1:${await freePort()}` }, 'connect', /refused the connection; check properties\.accountUrl/],
      'no such host': [{ accountUrl: 'http://no-such-host.invalid' }, 'resolve', /not known; check properties\.accountUrl/],
      'another kind of server': [{ accountUrl: gateway.url }, 'authenticate', /does not speak the protocol of Snowflake/],
      'no HTTP': [{ accountUrl: `http://127.0.0.1:${crm.port}` }, 'authenticate', /HTTP|without a reply.*; check properties\.accountUrl/],
      'no TLS': [{ accountUrl: server.url.replace('http:', 'https:') }, 'tls', /TLS/],
    };
    for (const [what, [change, check, words]] of Object.entries(failures)) {
      const report = await tested(source('tried', change));
      assert.equal(report.passed, false, `${what}: ${JSON.stringify(report)}`);
      assert.equal(report.checks.find(({ status }) => status === 'failed')?.name, check, `${what}: ${JSON.stringify(report)}`);
      assert.match(report.message, words, what);
      assert.ok(!JSON.stringify(report).includes('s3cret'), what);
    }
    assert.match((await tested(source('tried', {}, 'nobody'))).message, /JWT token is invalid.*the user name/);
  });

  test('tables are browsed with their schemas and columns', async () => {
    const { schemas, tables } = (await send('GET', `${base}/sf/_schema`)).json();
    assert.deepEqual(schemas, ['OTHER', 'PUBLIC']);
    assert.deepEqual(tables.map(({ schema, name }) => [schema, name]), [['OTHER', 'THINGS'], ['PUBLIC', 'KINDS'], ['PUBLIC', 'MANY'], ['PUBLIC', 'Mixed'], ['PUBLIC', 'VISITS']]);
    assert.deepEqual(tables[1].columns.map(({ name, type, nullable }) => `${name}:${type}${nullable ? '' : '!'}`), [
      'ID:long!', 'FLAG:boolean', 'WHOLE:decimal', 'PRICE:decimal', 'REAL:double', 'TXT:keyword', 'BIN:binary', 'DAY:date', 'CLOCK:time', 'WALL:timestamp', 'MOMENT:timestamp', 'DOC:object',
    ]);
  });

  test('every type of value is exact', async () => {
    const row = ['9007199254740993', '1234567890123456789.1250', 0.1, 'añ "x"', 'AP8H', '2024-01-31', '10:11:12.345678', '2024-01-31 10:11:12.345678', '1969-12-31 23:59:59.999999', { a: [1, null] }];
    const rows = await sql('select id, flag, cast(whole as varchar), cast(price as varchar), real, txt, bin, day, clock, wall, moment, doc from sf.kinds order by id');
    assert.deepEqual(rows, [[1, true, ...row], [2, null, ...row.map(() => null)]]);
  });

  test('columns, conditions and a limit are Snowflake\'s work', async () => {
    assert.equal(await request('select id, txt from sf.many where n = 5 limit 7'), 'SELECT "ID", "N", "TXT" FROM "SHOP"."PUBLIC"."MANY" WHERE "N" = 5 LIMIT 7');
    assert.equal(await request('select id from sf.public.many limit 7'), 'SELECT "ID" FROM "SHOP"."PUBLIC"."MANY" LIMIT 7');
    const asked = await request(`select id from sf.kinds where flag and real < 0.5 and price > 12.5 and txt like 'añ%' and day in (date '2024-01-31', date '2024-02-01')
      and wall >= timestamp '2024-01-31 10:11:12.345678' and doc is not null`);
    for (const part of ['"FLAG" = TRUE', '"REAL" < 0.5E0::FLOAT', '"PRICE" > 12.5000', `STARTSWITH("TXT", 'añ')`, `"DAY" IN (TO_DATE('2024-01-31', 'YYYY-MM-DD'), TO_DATE('2024-02-01', 'YYYY-MM-DD'))`,
      `"WALL" >= TO_TIMESTAMP_NTZ('2024-01-31 10:11:12.345678', 'YYYY-MM-DD HH24:MI:SS.FF6')`, '"DOC" IS NOT NULL'])
      assert.ok(asked.includes(part), `${part}: ${asked}`);
  });

  test('a condition gives the same rows here and there', async () => {
    const ids = async (condition) => (await sql(`select id from sf.kinds where ${condition}`)).map(([id]) => id);
    for (const condition of ['flag', 'whole = 9007199254740993', 'whole > 9007199254740992', 'real = 0.1', 'price = 1234567890123456789.1250', 'price between 1 and 1234567890123456789.1250', `txt = 'añ "x"'`,
      `txt like 'añ "%'`, "day = date '2024-01-31'", "clock = time '10:11:12.345678'", "clock > time '10:11:12.345677'", "wall = timestamp '2024-01-31 10:11:12.345678'",
      "moment = timestamp '1969-12-31 23:59:59.999999'", "moment < timestamp '1970-01-01 00:00:00'", 'doc is not null'])
      assert.deepEqual(await ids(condition), [1], condition);
    for (const condition of ['flag is null', 'txt is null', 'id in (2, 3)', 'id <> 1']) assert.deepEqual(await ids(condition), [2], condition);
    for (const condition of [`txt = ''' or 1=1 -- "'`, 'real > 0.1', "wall < timestamp '2024-01-31 10:11:12.345678'", 'id = 1 and id = 2']) assert.deepEqual(await ids(condition), [], condition);
  });

  test('rows come in partitions and add up', async () => {
    const before = (await server.log()).length;
    assert.deepEqual(await sql('select id, n, txt from sf.many order by id'), many.map(({ id, n, txt }) => [id, n, txt]));
    assert.deepEqual((await server.log()).slice(before).filter(({ partition }) => partition).map(({ partition }) => partition), [1, 2]);
    const [[count, sum, last]] = await sql('select count(*), sum(n), max(txt) from sf.many');
    assert.deepEqual([count, Number(sum), last], [many.length, many.reduce((total, { n }) => total + n, 0), many.map(({ txt }) => txt).sort().at(-1)]);
  });

  test('a join with PostgreSQL has the rows that were computed here', async () => {
    const rows = await sql('select c.region, count(*), sum(v.seconds) from sf.visits v join crm.public.customers c on c.id = v.customer group by c.region order by c.region nulls last');
    const expected = new Map();
    for (const { customer, seconds } of visits) {
      const { region } = shop.customers[customer - 1];
      const [, count, sum] = expected.get(region) ?? [region, 0, 0];
      expected.set(region, [region, count + 1, sum + seconds]);
    }
    const byName = ([a], [b]) => (a === null ? 1 : b === null ? -1 : a < b ? -1 : 1);
    assert.deepEqual(rows.map(([region, count, sum]) => [region, count, Number(sum)]), [...expected.values()].sort(byName));
  });

  test('names are found in any case, and the schema of names without one may be told', async () => {
    assert.deepEqual(await sql('select id, "select" from sf.mixed'), [[1, 'x']]);
    assert.deepEqual(await sql('select "Id" from sf."PUBLIC"."Mixed"'), [[1]]);
    assert.deepEqual(await sql('select * from sf.other.things'), [[7]]);
    await add(source('elsewhere', { schema: 'other' }));
    assert.deepEqual(await sql('select * from elsewhere.things'), [[7]]);
    assert.deepEqual(await sql(native('select * from things', 'elsewhere')), [[7]]);
    assert.equal((await send('DELETE', `${base}/elsewhere`)).status, 200);
  });

  test('a statement of Snowflake\'s SQL runs, and one that writes does not', async () => {
    const expected = [0, 1, 2].map((n) => [n, many.filter((one) => one.n === n).length]);
    assert.deepEqual((await sql(native('select n, count(*) as c from many where n < 3 group by n order by n'))).map((row) => row.map(Number)), expected);
    assert.deepEqual((await sql(native('with a as (select 1 as "update") select "update" from a'))).map((row) => row.map(Number)), [[1]]);
    const before = (await server.log()).length;
    for (const [text, words] of Object.entries({
      'delete from many': /begin it with SELECT/,
      'drop table many': /begin it with SELECT/,
      'with a as (select 1) insert into many select * from a': /INSERT is not allowed/,
      'select 1; drop table many': /more than one statement/,
      'select system$abort_session(1)': /SYSTEM\$ABORT_SESSION/,
    })) {
      const reply = await ask(native(text));
      assert.equal(reply.status, 501, reply.text);
      assert.match(reply.text, words);
    }
    assert.equal((await server.log()).length, before, 'none of them reached Snowflake');
    const wrong = await ask(native('select nope from nothing'));
    assert.ok(wrong.status >= 400 && wrong.status < 500, wrong.text);
    assert.match(wrong.text, /Object 'NOTHING' does not exist or not authorized/);
  });

  test('a statement that takes too long is given up, there too', async () => {
    await add(source('hasty', { queryTimeout: 1000 }));
    const reply = await ask(native('select 1 /* never */', 'hasty'));
    assert.equal(reply.status, 504, reply.text);
    await until('the statement being cancelled', async () => (await server.log()).some(({ cancelled }) => cancelled?.includes('never')));
    assert.equal((await send('DELETE', `${base}/hasty`)).status, 200);
  });

  test('what the source does not have is told by name', async () => {
    for (const table of ['nothing', 'nowhere.many']) {
      const reply = await ask(`select * from sf.${table}`);
      assert.equal(reply.status, 404, reply.text);
      assert.match(reply.text, new RegExp(`the database SHOP of Snowflake has no table .*${table}`));
    }
  });

  test('a source that is disabled or deleted is not read', async () => {
    await add(source('gone'));
    assert.equal((await sql('select count(*) from gone.kinds'))[0][0], 2);
    assert.equal((await send('PATCH', base, { name: 'gone', status: 'DISABLED' })).status, 200);
    assert.match((await ask('select count(*) from gone.kinds')).text, /DISABLED/);
    assert.equal((await send('DELETE', `${base}/gone`)).status, 200);
    assert.equal((await ask('select count(*) from gone.kinds')).status, 404);
  });

  test('the private key and the tokens reach no reply and no log', async () => {
    assert.equal((await send('GET', `${base}/sf`)).json().properties.privateKey, '******');
    const lines = server.config.privateKey.split('\n').filter((line) => line.length === 64);
    assert.ok(lines.length > 20);
    for (const secret of [...lines, 'an-oauth-token', 'a-programmatic-token', 'open sesame', 'BEGIN PRIVATE KEY', 'eyJ']) {
      assert.ok(!replies.includes(secret), 'in a reply');
      assert.ok(!gateway.log().includes(secret), 'in the log');
    }
  });
});
