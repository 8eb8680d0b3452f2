// A real OpenSearch as a source: its types, conditions that it applies, pages and slices, and joins with a database against rows computed here.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';

import { startPostgreSql } from '../support/databases.mjs';
import { curl, startGateway } from '../support/gateway.mjs';
import { openSearchMissing, startOpenSearch } from '../support/opensearch.mjs';
import { freePort } from '../support/process.mjs';
import * as shop from '../support/shop.mjs';

const base = '/_plugins/_query/_datasources';

const types = {
  mappings: {
    _meta: { trino: { scores: { isArray: true } } },
    properties: {
      long: { type: 'long' },
      unsigned: { type: 'unsigned_long' },
      integer: { type: 'integer' },
      short: { type: 'short' },
      byte: { type: 'byte' },
      double: { type: 'double' },
      float: { type: 'float' },
      half: { type: 'half_float' },
      scaled: { type: 'scaled_float', scaling_factor: 100 },
      boolean: { type: 'boolean' },
      keyword: { type: 'keyword' },
      cut: { type: 'keyword', ignore_above: 5 },
      text: { type: 'text', fields: { raw: { type: 'keyword', ignore_above: 12 } } },
      date: { type: 'date' },
      custom: { type: 'date', format: 'dd/MM/yyyy HH:mm||epoch_second' },
      nanos: { type: 'date_nanos' },
      ip: { type: 'ip' },
      binary: { type: 'binary' },
      point: { type: 'geo_point' },
      customer: { properties: { city: { type: 'keyword' }, age: { type: 'integer' } } },
      lines: { type: 'nested', properties: { sku: { type: 'keyword' }, quantity: { type: 'integer' } } },
      flat: { type: 'flat_object' },
      free: { type: 'object', enabled: false },
      alias: { type: 'alias', path: 'long' },
      constant: { type: 'constant_keyword', value: 'same' },
      range: { type: 'integer_range' },
      scores: { type: 'integer' },
      tags: { type: 'keyword' },
    },
  },
  documents: {
    full: {
      long: 1,
      integer: '5',
      short: -32768,
      byte: 127,
      double: 0.1,
      float: 0.1,
      half: 0.5,
      scaled: 1.239,
      boolean: 'true',
      keyword: 'ä "quoted"',
      cut: 'longer than five',
      text: 'An analysed text',
      date: '1969-12-31T23:59:59.877Z',
      custom: '05/02/2024 10:11',
      nanos: '2024-02-05T10:11:12.123456789Z',
      ip: '::ffff:10.0.0.1',
      binary: 'aGVsbG8=',
      point: '41.5,-71.25',
      'customer.city': 'Köln',
      'customer.age': 40,
      lines: [{ sku: 'a', quantity: 1 }, { sku: 'b' }],
      flat: { any: { thing: 1 } },
      free: { list: [1, { two: 2 }] },
      range: { gte: 1, lt: 5 },
      scores: [3, 1, 2],
      tags: ['red', 'green'],
    },
    empty: {},
    nulls: { long: null, text: null, customer: null, tags: [], lines: null },
  },
};

/** Visits of the shop's customers, some in no session, over two indexes behind one alias. */
const visits = Array.from({ length: 21_000 }, (_, i) => ({
  number: i,
  customer: (i % 1000) + 1,
  page: `/page/${i % 50}`,
  seconds: (i * 37) % 600,
  at: new Date(Date.UTC(2024, 0, 1) + i * 60_000).toISOString(),
  session: i % 3 === 0 ? undefined : `s${i % 700}`,
}));
const visitMappings = {
  properties: { number: { type: 'integer' }, customer: { type: 'integer' }, page: { type: 'keyword' }, seconds: { type: 'integer' }, at: { type: 'date' }, session: { type: 'keyword' } },
};
const byNumber = (rows) => Object.fromEntries(rows.map((visit) => [`v${visit.number}`, visit]));

describe('an OpenSearch behind the gateway', { timeout: 300_000, skip: openSearchMissing }, () => {
  let cluster, crm, gateway;

  before(async () => {
    [cluster, crm, gateway] = await Promise.all([startOpenSearch(), startPostgreSql({ sql: shop.postgreSql }), startGateway()]);
    await cluster.fill('types', types);
    // Numbers beyond JavaScript's: written as text.
    await fetch(`${cluster.url}/types/_doc/large?refresh=true`, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json' },
      body: '{"long":9223372036854775807,"unsigned":18446744073709551615}',
    });
    await cluster.fill('visits', { settings: { number_of_shards: 3, max_result_window: 2500 }, mappings: visitMappings, documents: byNumber(visits) });
    await cluster.fill('visits-old', { mappings: visitMappings, documents: byNumber(visits.slice(0, 10).map((visit) => ({ ...visit, number: visit.number - 10 }))) });
    await cluster.call('POST', '/_aliases', { actions: [{ add: { indices: ['visits', 'visits-old'], alias: 'all_visits' } }] });
    await add({ name: 'search', connector: 'opensearch', properties: { url: cluster.url } });
    const { username, password, ...rest } = crm.config;
    await add({ name: 'crm', connector: 'postgresql', properties: rest, configuration: { credentials: { username, password } } });
  });
  after(async () => {
    await Promise.all([cluster?.stop(), crm?.stop(), gateway?.stop()]);
  });

  const add = async (source) => {
    const reply = await curl(gateway.url, 'POST', base, source);
    assert.equal(reply.status, 201, reply.text);
  };
  const ask = (query) => curl(gateway.url, 'POST', '/_plugins/_sql', { query });
  const sql = async (query) => {
    const reply = await ask(query);
    assert.equal(reply.status, 200, reply.text);
    return { ...reply.json(), text: reply.text };
  };
  const rows = async (query) => (await sql(query)).datarows;
  const explain = async (query) => {
    const reply = await curl(gateway.url, 'POST', '/_plugins/_sql/_explain', { query });
    assert.equal(reply.status, 200, reply.text);
    return reply.text;
  };

  test('the connection test names the version and counts the indexes', async () => {
    const report = (await curl(gateway.url, 'POST', `${base}/search/_test`)).json();
    assert.equal(report.passed, true, JSON.stringify(report));
    assert.match(report.message, /^OpenSearch 3\.4\.0/);
    assert.deepEqual(report.checks.map(({ name, status }) => [name, status]), [
      ['resolve', 'passed'],
      ['connect', 'passed'],
      ['authenticate', 'passed'],
      ['version', 'passed'],
      ['tables', 'passed'],
    ]);
  });

  test('the connection test tells what is wrong: nothing there, and a server of another kind', async () => {
    const tested = async (url) => (await curl(gateway.url, 'POST', `${base}/_test`, { name: 'other', connector: 'opensearch', properties: { url } })).json();
    const refused = await tested(`http://127.0.0.1:${await freePort()}`);
    assert.equal(refused.passed, false);
    const replies = { '/json/': '{"version":{"number":"8.1.0"},"tagline":"You Know, for Search"}', '/page/': '<html></html>' };
    const server = createServer(({ url }, reply) => reply.end(replies[url]));
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const address = `http://127.0.0.1:${server.address().port}`;
      for (const [path, words] of [['/json', /is no OpenSearch but perhaps an Elasticsearch of version 8\.1\.0/], ['/page', /does not speak the protocol of OpenSearch/]]) {
        const other = await tested(address + path);
        assert.equal(other.passed, false);
        assert.match(JSON.stringify(other), words);
      }
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  test('the schema has indexes as tables, aliases as views, and the columns of their fields', async () => {
    const reply = await curl(gateway.url, 'GET', `${base}/search/_schema`);
    assert.equal(reply.status, 200, reply.text);
    const text = reply.text;
    for (const name of ['types', 'visits', 'visits-old', 'all_visits']) assert.ok(text.includes(`"${name}"`), text);
    const columns = (await sql('select * from search.types')).schema.map(({ name, type }) => `${name} ${type}`);
    assert.deepEqual(columns, [
      '_id keyword', 'alias long', 'binary binary', 'boolean boolean', 'byte byte', 'constant keyword', 'custom timestamp', 'customer.age integer',
      'customer.city keyword', 'cut keyword', 'date timestamp', 'double double', 'flat object', 'float float', 'free object', 'half float', 'integer integer', 'ip keyword',
      'keyword keyword', 'lines object', 'long long', 'nanos timestamp', 'point object', 'range object', 'scaled double', 'scores object', 'short short', 'tags object', 'text keyword',
      'unsigned unsigned_long',
    ]);
  });

  test('every type comes with its exact value', async () => {
    const { schema, datarows } = await sql(`select * from search.types where _id = 'full'`);
    const row = Object.fromEntries(schema.map(({ name }, i) => [name, datarows[0][i]]));
    assert.deepEqual(row, {
      _id: 'full',
      alias: 1,
      binary: 'aGVsbG8=',
      boolean: true,
      byte: 127,
      constant: 'same',
      custom: '2024-02-05 10:11:00',
      'customer.age': 40,
      'customer.city': 'Köln',
      cut: 'longer than five',
      date: '1969-12-31 23:59:59.877',
      double: 0.1,
      flat: { any: { thing: 1 } },
      float: 0.1,
      free: { list: [1, { two: 2 }] },
      half: 0.5,
      integer: 5,
      ip: '10.0.0.1',
      keyword: 'ä "quoted"',
      lines: [{ sku: 'a', quantity: 1 }, { sku: 'b' }],
      long: 1,
      nanos: '2024-02-05 10:11:12.123456',
      point: [{ coordinates: [-71.25, 41.5], type: 'Point' }][0],
      range: { gte: 1, lt: 5 },
      scaled: 1.24,
      scores: [3, 1, 2],
      short: -32768,
      tags: ['red', 'green'],
      text: 'An analysed text',
      unsigned: null,
    });
    const large = await sql(`select long, unsigned, alias from search.types where _id = 'large'`);
    assert.ok(large.text.includes('[9223372036854775807,18446744073709551615,9223372036854775807]'), large.text);
    for (const id of ['empty', 'nulls']) {
      const [values] = await rows(`select long, text, "customer.city", lines, date, cut from search.types where _id = '${id}'`);
      assert.deepEqual(values, [null, null, null, null, null, null]);
    }
  });

  test('conditions say in the query what they say in SQL', async () => {
    for (const [condition, ids] of [
      ['long = 9223372036854775807', ['large']],
      ['unsigned = 18446744073709551615', ['large']],
      ['long < 9223372036854775807', ['full']],
      ['long <> 1', ['large']],
      ['long is null', ['empty', 'nulls']],
      ['float > 0.1::double', ['full']],
      ['double >= 0.1 and double <= 0.1', ['full']],
      ['double > 0', ['full']],
      ['scaled = 1.24', ['full']],
      ['scaled < 1.24', []],
      ['scaled >= 1.24', ['full']],
      ['half = 0.5', ['full']],
      ['boolean', ['full']],
      ['not boolean', []],
      [`keyword = 'ä "quoted"'`, ['full']],
      [`keyword like 'ä%'`, ['full']],
      [`keyword > 'a' and keyword < 'ö'`, ['full']],
      [`cut = 'longer than five'`, ['full']],
      [`cut like 'longer%'`, ['full']],
      ['cut is not null', ['full']],
      ['cut is null', ['empty', 'large', 'nulls']],
      [`text = 'An analysed text'`, ['full']],
      [`text = 'analysed'`, []],
      [`text > 'An'`, ['full']],
      [`text <> 'x'`, ['full']],
      ['text is null', ['empty', 'large', 'nulls']],
      [`date = timestamp '1969-12-31 23:59:59.877'`, ['full']],
      [`date > timestamp '1969-12-31 23:59:59.8769999'`, ['full']],
      [`date < timestamp '1969-12-31 23:59:59.877'`, []],
      [`date <= timestamp '1969-12-31 23:59:59.877001'`, ['full']],
      [`custom between timestamp '2024-02-05 10:11:00' and timestamp '2024-02-05 10:11:00'`, ['full']],
      [`nanos = timestamp '2024-02-05 10:11:12.123456'`, ['full']],
      [`nanos > timestamp '2024-02-05 10:11:12.123456'`, []],
      [`nanos <= timestamp '2024-02-05 10:11:12.123456'`, ['full']],
      [`ip = '10.0.0.1'`, ['full']],
      [`ip in ('10.0.0.1', 'no address')`, ['full']],
      [`"customer.city" in ('Köln', 'Bonn') and "customer.age" between 30 and 40`, ['full']],
      [`_id in ('full', 'empty')`, ['empty', 'full']],
      [`tags is not null`, ['full']],
      [`alias = 1`, ['full']],
      [`constant = 'same'`, ['empty', 'full', 'large', 'nulls']],
    ]) {
      assert.deepEqual((await rows(`select _id from search.types where ${condition} order by _id`)).flat(), ids, condition);
    }
  });

  test('the plan shows the search: conditions, columns and limit', async () => {
    const plan = await explain(`select page, "at" from search.visits where page = '/page/7' and seconds >= 300 and session is not null and "at" >= timestamp '2024-01-02' limit 5`);
    for (const part of ['GET /visits/_search', '/page/7', '"gte":300', '"exists"', '1704153600000', '"size":5']) {
      assert.ok(plan.replaceAll('\\"', '"').includes(part), `${part} in ${plan}`);
    }
    assert.ok(!plan.includes('"number\\"'), plan);
  });

  test('all documents come, over pages and shards, and no more than a limit', async () => {
    assert.deepEqual(await rows('select count(*), count(distinct number), sum(seconds), count(session), min("at"), max("at") from search.visits'), [
      [
        visits.length,
        visits.length,
        visits.reduce((sum, { seconds }) => sum + seconds, 0),
        visits.filter(({ session }) => session).length,
        '2024-01-01 00:00:00',
        '2024-01-15 13:59:00',
      ],
    ]);
    assert.equal((await rows('select number from search.visits limit 4000')).length, 4000);
    assert.deepEqual(await rows('select count(*) from search.visits'), [[visits.length]]);
    assert.deepEqual(await rows(`select count(*) from search.visits where page like '/page/1%'`), [[visits.filter(({ page }) => page.startsWith('/page/1')).length]]);
  });

  test('an alias and a pattern are tables of several indexes', async () => {
    for (const table of ['all_visits', '"visits*"']) {
      assert.deepEqual(await rows(`select _index, count(*), min(number) from search.${table} group by 1 order by 1`), [
        ['visits', visits.length, 0],
        ['visits-old', 10, -10],
      ]);
    }
    assert.deepEqual(await rows(`select count(number) from search.all_visits where _index = 'visits-old'`), [[10]]);
  });

  test('indexes join with a database', async () => {
    const expected = new Map();
    for (const { customer, seconds, page } of visits) {
      if (!page.startsWith('/page/2') || seconds < 100) continue;
      const { region } = shop.customers[customer - 1];
      const total = expected.get(region) ?? [0, 0];
      expected.set(region, [total[0] + 1, total[1] + seconds]);
    }
    const named = [...expected].filter(([region]) => region).sort(([a], [b]) => (a < b ? -1 : 1)).map(([region, totals]) => [region, ...totals]);
    const found = await rows(`select c.region, count(*), sum(v.seconds) from search.visits v join crm.public.customers c on c.id = v.customer
      where v.page like '/page/2%' and v.seconds >= 100 group by 1 order by 1 nulls last`);
    assert.deepEqual(found, [...named, [null, ...expected.get(null)]]);
  });

  test('a field of one value that turns out to have several is an error that names the way out', async () => {
    const documents = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`d${i}`, { label: i === 299 ? ['x', 'y'] : 'x', n: i }]));
    await cluster.fill('surprise', { mappings: { properties: { label: { type: 'keyword' }, n: { type: 'integer' } } }, documents });
    const reply = await ask('select label from search.surprise');
    assert.equal(reply.status, 400, reply.text);
    assert.match(reply.text, /document \\"d299\\" has several values in field \\"label\\".*arrayFields/);
    assert.deepEqual(await rows('select count(n) from search.surprise'), [[300]]);
    await add({ name: 'lists', connector: 'opensearch', properties: { url: cluster.url, arrayFields: 'label' } });
    assert.deepEqual((await rows(`select label from lists.surprise where _id = 'd299'`)).flat(), [['x', 'y']].flat(0));
  });

  test('a search in the query DSL is a table', async () => {
    const native = (body) => `table(search.system.query(query => '${JSON.stringify(body).replaceAll("'", "''")}'))`;
    const found = await sql(`select _id, _score, _source->>'page' as page from ${native({ index: 'visits', query: { ids: { values: ['v7', 'v8'] } } })} order by _id`);
    assert.deepEqual(found.datarows, [['v7', 1, '/page/7'], ['v8', 1, '/page/8']]);
    assert.deepEqual(await rows(`select count(*) from ${native({ index: 'visits', query: { match_all: {} } })}`), [[visits.length]]);
    assert.deepEqual(await rows(`select count(*) from ${native({ index: 'visits', size: 3 })}`), [[3]]);
    const aggregated = await rows(`select (total->>'value')::double from ${native({ index: 'visits', aggs: { total: { sum: { field: 'seconds' } } } })}`);
    assert.deepEqual(aggregated, [[visits.reduce((sum, { seconds }) => sum + seconds, 0)]]);
    const wrong = await ask(`select * from ${native({ query: {} })}`);
    assert.equal(wrong.status, 400);
    assert.match(wrong.text, /does not say which \\"index\\"/);
    const refused = await ask(`select * from ${native({ index: 'visits', query: { nope: {} } })}`);
    assert.equal(refused.status, 400, refused.text);
    assert.match(refused.text, /nope/);
  });

  test('a table that is not there is named, and a disabled or deleted source is not read', async () => {
    const missing = await ask('select * from search.nothing');
    assert.ok(missing.status === 404 || missing.status === 400, missing.text);
    assert.match(missing.text, /nothing/);
    await add({ name: 'short_lived', connector: 'opensearch', properties: { url: cluster.url } });
    assert.deepEqual(await rows('select count(*) from short_lived.visits'), [[visits.length]]);
    const disabled = await curl(gateway.url, 'PUT', base, { name: 'short_lived', connector: 'opensearch', properties: { url: cluster.url }, status: 'DISABLED' });
    assert.equal(disabled.status, 200, disabled.text);
    assert.match((await ask('select count(*) from short_lived.visits')).text, /DISABLED/);
    assert.equal((await curl(gateway.url, 'DELETE', `${base}/short_lived`)).status, 200);
    assert.equal((await ask('select count(*) from short_lived.visits')).status, 404);
    // What was begun was ended: the cluster keeps nothing for searches that are over.
    const { nodes } = await cluster.call('GET', '/_nodes/stats/indices/search');
    assert.deepEqual(Object.values(nodes).map((node) => node.indices.search.point_in_time_current), [0]);
  });
});
