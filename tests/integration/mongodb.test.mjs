// MongoDB through the gateway, alone and joined with databases, against rows computed here. The server has neither users nor TLS, so
// signing in and encryption are untested here.

import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { after, before, describe, test } from 'node:test';

import { Binary, Decimal128, Double, Int32, Long, ObjectId, Timestamp, UUID } from 'mongodb';

import { startPostgreSql } from '../support/databases.mjs';
import { curl, startGateway } from '../support/gateway.mjs';
import { mongoDbMissing, startMongoDb } from '../support/mongodb.mjs';
import { freePort } from '../support/process.mjs';
import * as shop from '../support/shop.mjs';

const base = '/_plugins/_query/_datasources';

/** One visit for each customer but every tenth. */
const visits = shop.customers.filter(({ id }) => id % 10 !== 0).map(({ id }) => ({ _id: id, customer: id, seconds: (id * 37) % 600, page: `page ${id % 7}` }));

const kinds = [
  {
    _id: new ObjectId('64a000000000000000000001'), int: new Int32(-5), long: Long.fromString('9007199254740993'), double: new Double(0.1), decimal: Decimal128.fromString('12.50'),
    text: 'añ "x"\n', flag: true, at: new Date('2024-01-31T10:11:12.345Z'), bytes: new Binary(Buffer.from([0, 255, 7])), uuid: new UUID('01234567-89ab-cdef-0123-456789abcdef'),
    nested: { a: 0.1, when: new Date('2024-01-31T00:00:00Z'), list: [1, null, 'x'] }, list: [1, { b: 2 }], mixed: 5, Name: 'upper', name: 'lower', stamp: new Timestamp({ t: 5, i: 6 }),
  },
  { _id: new ObjectId('64a000000000000000000002'), int: 7, long: 1, double: Infinity, decimal: Decimal128.fromString('-3'), text: '', at: new Date('1969-12-31T23:59:59.999Z'), mixed: 'five' },
  { _id: new ObjectId('64a000000000000000000003'), int: null, text: 'b', mixed: { x: true }, list: [] },
];

const many = Array.from({ length: 50_000 }, (_, i) => ({ _id: i, n: i % 97, text: `text ${i}`, at: new Date(1_700_000_000_000 + i) }));

describe('a MongoDB behind the gateway', { timeout: 240_000, skip: mongoDbMissing }, () => {
  let mongo, crm, gateway;

  before(async () => {
    [mongo, crm, gateway] = await Promise.all([startMongoDb(), startPostgreSql({ sql: shop.postgreSql }), startGateway()]);
    const db = mongo.client.db('web');
    await db.collection('visits').insertMany(visits);
    await db.collection('kinds').insertMany(kinds);
    await db.collection('many').insertMany(many);
    await db.collection('late').insertMany([...Array.from({ length: 30 }, (_, i) => ({ _id: i, v: i })), { _id: 'x', v: 'text' }, ...Array.from({ length: 30 }, (_, i) => ({ _id: 100 + i, v: i }))]);
    await mongo.client.db('other').collection('things').insertOne({ _id: 1 });
    const { username, password, ...properties } = crm.config;
    await add({ name: 'crm', connector: 'postgresql', properties, configuration: { credentials: { username, password } } });
    await add(source('web'));
  });
  after(() => Promise.all([mongo?.stop(), crm?.stop(), gateway?.stop()]));

  const source = (name, change = {}) => ({ name, connector: 'mongodb', properties: { host: '127.0.0.1', port: mongo.port, database: 'web', ...change } });
  const add = async (body) => {
    const reply = await curl(gateway.url, 'POST', base, body);
    assert.equal(reply.status, 201, reply.text);
  };
  const ask = (query) => curl(gateway.url, 'POST', '/_plugins/_sql', { query });
  const sql = async (query) => {
    const reply = await ask(query);
    assert.equal(reply.status, 200, reply.text);
    return reply.json().datarows;
  };
  const request = async (query) => {
    const reply = await curl(gateway.url, 'POST', '/_plugins/_sql/_explain', { query });
    assert.equal(reply.status, 200, reply.text);
    return reply.text;
  };

  test('a connection test passes step by step and names the version', async () => {
    const report = (await curl(gateway.url, 'POST', `${base}/_test`, source('web'))).json();
    assert.equal(report.passed, true, JSON.stringify(report));
    assert.deepEqual(report.checks.map(({ name }) => name), ['resolve', 'connect', 'authenticate', 'version', 'tables']);
    assert.match(JSON.stringify(report), /MongoDB 5\.0\.0/);
  });

  test('a connection test says what is wrong', async () => {
    const greeter = createServer((socket) => socket.on('error', () => {}).end('hello\r\n'));
    await new Promise((resolve) => greeter.listen(0, '127.0.0.1', resolve));
    const silent = createServer((socket) => socket.on('error', () => {}));
    await new Promise((resolve) => silent.listen(0, '127.0.0.1', resolve));
    try {
      const failures = {
        'no such host': [{ host: 'no-such-host.invalid' }, 'resolve', /not known/],
        'nothing listens': [{ port: await freePort() }, 'connect', /refused/],
        'another server': [{ port: greeter.address().port }, 'authenticate', /is not MongoDB/],
        'a server that says nothing': [{ port: silent.address().port, connectionTimeout: 500 }, 'authenticate', /is not MongoDB|did not answer/],
        'no such database': [{ database: 'nothing' }, 'tables', /no database "nothing".*web/],
        'no TLS there': [{ tls: 'verify-full', connectionTimeout: 2000 }, 'tls', /TLS/],
      };
      for (const [what, [change, check, says]] of Object.entries(failures)) {
        const report = (await curl(gateway.url, 'POST', `${base}/_test`, source('web', change))).json();
        assert.equal(report.passed, false, what);
        assert.equal(report.checks.find(({ status }) => status === 'failed')?.name, check, `${what}: ${JSON.stringify(report)}`);
        assert.match(report.message, says, what);
      }
    } finally {
      greeter.close();
      silent.close();
    }
  });

  test('collections are tables with the columns of their documents', async () => {
    const schema = (await curl(gateway.url, 'GET', `${base}/web/_schema`)).json();
    assert.deepEqual(schema.tables.map(({ schema: folder, name }) => `${folder}.${name}`), ['web.kinds', 'web.late', 'web.many', 'web.visits']);
    assert.deepEqual(schema.tables[0].columns.map(({ name, type }) => [name, type]), [
      ['_id', 'keyword'], ['int', 'long'], ['long', 'long'], ['double', 'double'], ['decimal', 'decimal'], ['text', 'keyword'], ['flag', 'boolean'], ['at', 'timestamp'], ['bytes', 'binary'],
      ['uuid', 'keyword'], ['nested', 'object'], ['list', 'array'], ['mixed', 'object'], ['Name', 'keyword'], ['name~2', 'keyword'], ['stamp', 'object'],
    ]);
  });

  test('every type of value is exact', async () => {
    const [row] = await sql(`select "_id", "int", cast("long" as varchar), "double", cast("decimal" as varchar), text, flag, cast("at" as varchar), uuid, "Name", "name~2" from web.kinds where "int" = -5`);
    assert.deepEqual(row, ['64a000000000000000000001', -5, '9007199254740993', 0.1, '12.50', 'añ "x"\n', true, '2024-01-31 10:11:12.345', '01234567-89ab-cdef-0123-456789abcdef', 'upper', 'lower']);
    const values = (name) => sql(`select ${name} from web.kinds order by "_id"`).then((rows) => rows.map(([value]) => value));
    const json = async (name) => (await values(`cast(${name} as varchar)`)).map((text) => text && JSON.parse(text));
    assert.deepEqual(await values('bytes'), ['AP8H', null, null]);
    assert.deepEqual(await json('nested'), [{ a: 0.1, when: { $date: '2024-01-31T00:00:00Z' }, list: [1, null, 'x'] }, null, null]);
    assert.deepEqual(await json('list'), [[1, { b: 2 }], null, []]);
    assert.deepEqual(await json('mixed'), [5, 'five', { x: true }]);
    assert.deepEqual(await json('stamp'), [{ $timestamp: { t: 5, i: 6 } }, null, null]);
    assert.deepEqual(await sql('select "int", flag, cast("at" as varchar), text from web.kinds order by "_id"'), [
      [-5, true, '2024-01-31 10:11:12.345', 'añ "x"\n'], [7, null, '1969-12-31 23:59:59.999', ''], [null, null, null, 'b'],
    ]);
  });

  test('conditions, columns and a limit are MongoDB\'s work', async () => {
    const asked = await request("select text from web.many where n = 5 and \"at\" < timestamp '2023-11-14 22:13:21' limit 3");
    assert.match(asked, /find/);
    for (const part of [/\$in/, /\$lt/, /projection/, /limit/]) assert.match(asked, part);
    assert.match(await request("select n from web.many where text like 'text 4999%'"), /\$regex/);
  });

  test('a condition gives the same rows here and there', async () => {
    const count = async (condition) => (await sql(`select count(*) from web.many where ${condition}`))[0][0];
    const expect = (condition) => many.filter(condition).length;
    assert.equal(await count('n = 5'), expect(({ n }) => n === 5));
    assert.equal(await count('n <> 5'), expect(({ n }) => n !== 5));
    assert.equal(await count('n in (1, 2, 96)'), expect(({ n }) => [1, 2, 96].includes(n)));
    assert.equal(await count('n between 10 and 20 and "_id" >= 25000'), expect(({ _id, n }) => n >= 10 && n <= 20 && _id >= 25_000));
    assert.equal(await count("text like 'text 12%'"), expect(({ text }) => text.startsWith('text 12')));
    assert.equal(await count("text > 'text 5'"), expect(({ text }) => text > 'text 5'));
    assert.equal(await count("\"at\" >= timestamp '2023-11-14 22:13:30.0005'"), expect(({ at }) => at > new Date('2023-11-14T22:13:30.000Z')));
    assert.deepEqual(await sql('select "_id" from web.kinds where "int" is null'), [['64a000000000000000000003']]);
    assert.deepEqual(await sql('select "_id" from web.kinds where flag is not null'), [['64a000000000000000000001']]);
    assert.deepEqual(await sql("select \"int\" from web.kinds where \"_id\" = '64a000000000000000000002'"), [[7]]);
    assert.deepEqual(await sql("select \"int\" from web.kinds where \"_id\" > '64a000000000000000000002'"), [[null]]);
    assert.deepEqual(await sql("select \"int\" from web.kinds where uuid = '01234567-89ab-cdef-0123-456789abcdef'"), [[-5]]);
  });

  test('fifty thousand documents come in order and add up', async () => {
    const [[count, sum, last]] = await sql('select count(*), sum(n), max(text) from web.many');
    assert.deepEqual([count, Number(sum), last], [many.length, many.reduce((total, { n }) => total + n, 0), many.map(({ text }) => text).sort().at(-1)]);
    const rows = await sql('select "_id", text from web.many order by "_id"');
    assert.deepEqual(rows, many.map(({ _id, text }) => [_id, text]));
  });

  test('a join with PostgreSQL has the rows that were computed here', async () => {
    const rows = await sql(`select c.region, count(*), sum(v.seconds) from web.visits v join crm.public.customers c on c.id = v.customer group by c.region order by c.region nulls last`);
    const expected = new Map();
    for (const { customer, seconds } of visits) {
      const { region } = shop.customers[customer - 1];
      const [, count, sum] = expected.get(region) ?? [region, 0, 0];
      expected.set(region, [region, count + 1, sum + seconds]);
    }
    const byName = ([a], [b]) => (a === null ? 1 : b === null ? -1 : a < b ? -1 : 1);
    assert.deepEqual(rows.map(([region, count, sum]) => [region, count, Number(sum)]), [...expected.values()].sort(byName));
  });

  test('a document that was not in the sample and does not fit is an error, and a larger sample mends it', async () => {
    await add(source('narrow', { sampleSize: 10 }));
    const refused = await ask('select v from narrow.late');
    assert.notEqual(refused.status, 200);
    assert.match(refused.text, /column .*v.* a document has a string.*properties\.sampleSize/);
    assert.match((await ask('select "_id", v from narrow.late')).text, /is (long|object) in the documents/);
    assert.equal((await sql('select v from web.late')).length, 61);
    assert.equal((await curl(gateway.url, 'DELETE', `${base}/narrow`)).status, 200);
  });

  test('a pipeline runs in MongoDB, and one that writes does not', async () => {
    const native = (command) => ask(`select * from TABLE(web.system.query(query => '${JSON.stringify(command)}')) order by 1`);
    const reply = await native({ aggregate: 'visits', pipeline: [{ $match: { customer: { $lte: 50 } } }, { $group: { _id: '$page', n: { $sum: 1 } } }] });
    assert.equal(reply.status, 200, reply.text);
    const expected = new Map();
    for (const { customer, page } of visits) if (customer <= 50) expected.set(page, (expected.get(page) ?? 0) + 1);
    assert.deepEqual(reply.json().datarows, [...expected].sort(([a], [b]) => (a < b ? -1 : 1)));
    for (const pipeline of [[{ $out: 'copy' }], [{ $match: { $where: 'true' } }], [{ $lookup: { from: 'kinds', pipeline: [{ $merge: 'copy' }], as: 'x' } }]]) {
      const refused = await native({ aggregate: 'visits', pipeline });
      assert.notEqual(refused.status, 200);
      assert.match(refused.text, /only reads/);
    }
    assert.deepEqual((await mongo.client.db('web').listCollections().toArray()).map(({ name }) => name).sort(), ['kinds', 'late', 'many', 'visits']);
  });

  test('without a database every one of them is a schema', async () => {
    const { database: _, ...properties } = source('all').properties;
    await add({ name: 'every', connector: 'mongodb', properties });
    assert.deepEqual(await sql('select * from every.other.things'), [[1]]);
    assert.equal((await curl(gateway.url, 'DELETE', `${base}/every`)).status, 200);
  });

  test('other databases are out of reach where one is named, and so is what is no collection', async () => {
    for (const table of ['web.other.things', 'web.nothing']) {
      const reply = await ask(`select * from ${table}`);
      assert.equal(reply.status, 404, reply.text);
    }
  });

  test('a source that is disabled or deleted is not read', async () => {
    await add(source('gone'));
    assert.equal((await sql('select count(*) from gone.visits'))[0][0], visits.length);
    assert.equal((await curl(gateway.url, 'PUT', base, { ...source('gone'), status: 'DISABLED' })).status, 200);
    assert.notEqual((await ask('select count(*) from gone.visits')).status, 200);
    assert.equal((await curl(gateway.url, 'DELETE', `${base}/gone`)).status, 200);
    assert.equal((await ask('select count(*) from gone.visits')).status, 404);
  });
});
