// What one can do with a statement besides running it: other formats, pages, plans, cancelling; and what a source holds.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { curl, startGateway } from '../support/gateway.mjs';
import { until } from '../support/process.mjs';

const base = '/_plugins/_query/_datasources';
const slow = 'select count(*) from range(1000000) a(i), range(1000000) b(j) where (i * j) % 7 = 3';

describe('statements', { timeout: 120_000 }, () => {
  let gateway;
  before(async () => (gateway = await startGateway({ samples: true, args: ['--cursors', '2', '--cursor-timeout', '30s'] })));
  after(() => gateway?.stop());

  const post = (path, body, headers = {}) => fetch(`${gateway.url}${path}`, { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) });
  const sql = (body) => post('/_plugins/_sql', body);

  test('csv and raw', async () => {
    const query = `select 1 as id, 'a,b' as "a|b", null as nothing, 12.50 as amount union all select 2, 'say "x"', 'y', 0.05 order by id`;
    const csv = await post('/_plugins/_sql?format=csv', { query });
    assert.equal(csv.headers.get('content-type'), 'text/csv; charset=UTF-8');
    assert.equal(await csv.text(), 'id,a|b,nothing,amount\n1,"a,b",,12.50\n2,"say ""x""",y,0.05');
    const raw = await post('/_plugins/_sql?format=raw', { query });
    assert.equal(await raw.text(), 'id|"a|b"|nothing|amount\n1|a,b||12.50\n2|"say ""x"""|y|0.05');
    const refused = await post('/_plugins/_sql?format=viz', { query });
    assert.equal(refused.status, 400);
    assert.match((await refused.json()).error.details, /jdbc, csv or raw/);
  });

  test('values for parameters reach the source, whatever they hold', async () => {
    const query = 'select count(*) as n, min(country) as country from shop.customers where country = ? and id > ?';
    const ask = async (country, id) => {
      const parameters = [{ type: 'string', value: country }, { type: 'integer', value: id }];
      return (await (await sql({ query, parameters })).json()).datarows[0];
    };
    const [all, country] = await ask('Japan', 0);
    assert.ok(all > 0);
    assert.equal(country, 'Japan');
    assert.deepEqual(await ask("Japan' or '1' = '1", 0), [0, null]);
    const page = await (await sql({ query: 'select id from shop.orders where id > ? order by id', parameters: [{ type: 'long', value: 10 }], fetch_size: 2 })).json();
    assert.deepEqual(page.datarows, [[11], [12]]);
    await post('/_plugins/_sql/close', { cursor: page.cursor });
    const plan = await post('/_plugins/_sql/_explain', { query, parameters: [{ type: 'string', value: 'Japan' }, { type: 'byte', value: 1 }] });
    assert.equal(plan.status, 200, await plan.text());
    const refused = await (await sql({ query, parameters: [{ type: 'byte', value: 128 }] })).json();
    assert.deepEqual(refused.error.violations[0], { field: 'parameters[0].value', code: 'parameter_value', message: 'it is no byte', fix: 'use a whole number from -128 to 127' });
    const short = await (await sql({ query, parameters: [{ type: 'string', value: 'Japan' }] })).json();
    assert.match(short.error.details, /waits for 2 values, and 1 were given/);
  });

  test('pages hold every row once, in order, while other statements run', async () => {
    const rows = [];
    let page = await (await sql({ query: 'select id, amount from shop.orders order by id', fetch_size: 700 })).json();
    for (let pages = 1; ; pages += 1) {
      rows.push(...page.datarows);
      assert.equal(page.schema.length, 2);
      if (!page.cursor) {
        assert.equal(pages, 8);
        break;
      }
      assert.equal(page.datarows.length, 700);
      assert.equal((await sql({ query: 'select 1 as one' })).status, 200);
      const used = page.cursor;
      page = await (await sql({ cursor: used })).json();
      assert.equal((await sql({ cursor: used })).status, 404);
    }
    const whole = await (await sql({ query: 'select id, amount from shop.orders order by id' })).json();
    assert.deepEqual(rows, whole.datarows);
  });

  test('a cursor is closed, and no more are open than may be', async () => {
    const open = async () => (await sql({ query: 'select * from range(1000)', fetch_size: 10 })).json();
    const [first, second] = [await open(), await open()];
    assert.ok(first.cursor && second.cursor);
    assert.equal((await open()).status, 429);
    for (const { cursor } of [first, second]) assert.deepEqual(await (await post('/_plugins/_sql/close', { cursor })).json(), { succeeded: true });
    assert.equal((await sql({ cursor: first.cursor })).status, 404);
    assert.ok((await open()).cursor);
  });

  test('a plan is told without running the statement', async () => {
    const plan = await (await post('/_plugins/_sql/_explain', { query: `${slow} and i in (select id from shop.orders)` })).json();
    assert.equal(typeof plan.root.name, 'string');
    assert.ok(Array.isArray(plan.root.children));
    assert.match(JSON.stringify(plan), /orders/i);
    assert.equal((await post('/_plugins/_sql/_explain', { query: "select * from read_text('/etc/passwd')" })).status, 403);
  });

  test('a running statement is cancelled by the id that its client chose', async () => {
    const running = post('/_plugins/_sql', { query: slow }, { 'X-Opaque-Id': 'report 7'.replace(' ', '-') });
    await until('the statement running', async () => (await curl(gateway.url, 'DELETE', '/_plugins/_query/_queries/report-7')).status === 200);
    const ended = await running;
    assert.equal(ended.status, 499);
    assert.equal(ended.headers.get('x-opaque-id'), 'report-7');
    assert.equal((await ended.json()).error.kind, 'cancelled');
    assert.equal((await curl(gateway.url, 'DELETE', '/_plugins/_query/_queries/report-7')).status, 404);
    assert.ok((await sql({ query: 'select 1 as one' })).headers.get('x-opaque-id'));
  });

  test('PPL is refused with the engine that would answer it', async () => {
    const reply = await post('/_plugins/_ppl', { query: 'source = shop.orders | head 5' });
    assert.equal(reply.status, 501);
    assert.match((await reply.json()).error.details, /opensearch/i);
  });

  test('what a source holds: schemas, tables, columns, page by page', async () => {
    const get = async (name, query = '') => (await curl(gateway.url, 'GET', `${base}/${name}/_schema${query}`)).json();
    const shop = await get('shop');
    assert.deepEqual(shop.schemas, ['main']);
    const names = shop.tables.map(({ name }) => name);
    assert.deepEqual(names, [...names].sort());
    assert.equal(shop.total, names.length);
    const reply = await (await sql({ query: 'select * from shop.orders limit 0' })).json();
    assert.deepEqual(shop.tables.find(({ name }) => name === 'orders').columns.map(({ name, type }) => ({ name, type })), reply.schema);
    const paged = [];
    for (let query = '?size=1'; query; ) {
      const page = await get('shop', query);
      assert.equal(page.tables.length, 1);
      assert.equal(page.total, names.length);
      paged.push(page.tables[0].name);
      query = page.next && `?size=1&after=${encodeURIComponent(page.next)}`;
    }
    assert.deepEqual(paged, names);
    assert.deepEqual((await get('shop', '?table=ORDERS')).tables.map(({ name }) => name), ['orders']);
    const events = await get('events');
    assert.deepEqual(events.tables.map(({ name, type }) => [name, type]), [['page_views', 'file']]);
    assert.ok(events.tables[0].columns.length > 1);
    assert.equal((await get('nope')).status, 404);
  });
});
