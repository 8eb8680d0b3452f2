// Replies that are given again: over a real PostgreSQL whose table changes under them.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { Client } from 'datasource-sdk';

import { startPostgreSql } from '../support/databases.mjs';
import { curl, program, startGateway } from '../support/gateway.mjs';
import { run, temporaryFolder, until } from '../support/process.mjs';

const base = '/_plugins/_query/_datasources';
const hour = 3_600_000;

describe('the result cache', { timeout: 120_000 }, () => {
  let crm, gateway, folder;

  before(async () => {
    folder = await temporaryFolder();
    [crm, gateway] = await Promise.all([
      startPostgreSql({ sql: 'create table counters (id int primary key, value int); insert into counters select n, 0 from generate_series(1, 5000) n' }),
      startGateway({ data: `${folder.path}/data` }),
    ]);
    for (const [name, ttl] of [['crm', hour], ['live', undefined], ['brief', 400], ['other', 2 * hour]]) await put(name, ttl, 'POST');
  });

  after(async () => {
    await Promise.all([crm?.stop(), gateway?.stop()]);
    await folder?.remove();
  });

  const put = async (name, ttl, method = 'PUT', more = {}) => {
    const { host, port, database, username, password } = crm.config;
    const reply = await curl(gateway.url, method, base, {
      name,
      connector: 'postgresql',
      properties: { host, port, database, ...(ttl ? { resultCacheTtl: ttl } : {}) },
      configuration: { credentials: { username, password } },
      ...more,
    });
    assert.ok(reply.status < 300, reply.text);
  };

  /** A statement's reply with what its header says of the cache. */
  const ask = async (statement, { cacheControl, format, ...body } = {}) => {
    const reply = await fetch(`${gateway.url}/_plugins/_sql${format ? `?format=${format}` : ''}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...(cacheControl ? { 'Cache-Control': cacheControl } : {}) },
      body: JSON.stringify({ query: statement, ...body }),
    });
    const header = (name) => reply.headers.get(name);
    return { status: reply.status, text: await reply.text(), cache: header('x-result-cache'), age: header('age'), index: header('x-result-index') };
  };
  const change = () => crm.query('update counters set value = value + 1');
  const sum = (source) => `select sum(value)::bigint as total from ${source}.counters`;

  test('a second reply is the first one again, byte for byte, while the table changes', async () => {
    const rows = 'select id, value from crm.counters order by id';
    const first = await ask(rows);
    assert.deepEqual([first.status, first.cache, first.age, first.index], [200, 'miss', null, 'query_execution_result_crm']);
    await change();
    const second = await ask(rows);
    assert.deepEqual([second.status, second.cache, second.index], [200, 'hit', 'query_execution_result_crm']);
    assert.match(second.age, /^\d+$/);
    assert.equal(second.text, first.text);
    assert.equal((await ask('  select id,   value\nfrom crm.counters order by id ; ')).cache, 'hit', 'white space does not count');
    assert.equal((await ask('select id as Id, value from crm.counters order by id')).cache, 'miss');
  });

  test('the npm package is given it too, with its age, and fresh rows when it asks for them', async () => {
    const client = await Client.connect({ url: gateway.url });
    const statement = 'select count(*) as rows, max(value) as newest from crm.counters';
    const read = async (options) => {
      const result = await client.sql(statement, options);
      const [newest, age] = [result.row(0).newest, result.cacheAge];
      result.dispose();
      return { newest, age };
    };
    const first = await read();
    assert.equal(first.age, undefined);
    await change();
    const second = await read();
    assert.equal(second.newest, first.newest);
    assert.ok(second.age >= 0, String(second.age));
    assert.deepEqual(await read({ cacheControl: 'no-cache' }), { newest: first.newest + 1, age: undefined });
    client.close();
  });

  test('other parameters, another format, another text are other replies', async () => {
    const statement = 'select value from crm.counters where id = ?';
    const with_id = (value) => ({ parameters: [{ type: 'integer', value }] });
    assert.equal((await ask(statement, with_id(1))).cache, 'miss');
    assert.equal((await ask(statement, with_id(1))).cache, 'hit');
    assert.equal((await ask(statement, with_id(2))).cache, 'miss');
    const csv = await ask(statement, { ...with_id(1), format: 'csv' });
    assert.equal(csv.cache, 'miss');
    const again = await ask(statement, { ...with_id(1), format: 'csv' });
    assert.deepEqual([again.cache, again.text], ['hit', csv.text]);
  });

  test('Cache-Control: no-cache asks the source and keeps its reply, no-store keeps none, max-age is obeyed', async () => {
    const before = await ask(sum('crm'));
    await change();
    const fresh = await ask(sum('crm'), { cacheControl: 'no-cache' });
    assert.equal(fresh.cache, 'bypass');
    assert.notEqual(fresh.text, before.text);
    const kept = await ask(sum('crm'));
    assert.deepEqual([kept.cache, kept.text], ['hit', fresh.text]);
    await change();
    const unkept = await ask(sum('crm'), { cacheControl: 'no-store' });
    assert.equal(unkept.cache, 'bypass');
    assert.equal((await ask(sum('crm'))).text, fresh.text);
    assert.equal((await ask(sum('crm'), { cacheControl: 'max-age=3600' })).cache, 'hit');
    const newest = await ask(sum('crm'), { cacheControl: 'max-age=0' });
    assert.deepEqual([newest.cache, newest.text], ['miss', unkept.text]);
  });

  test('a source without a time to live is asked each time, also in a join, and the shortest time counts', async () => {
    assert.equal((await ask(sum('live'))).cache, null);
    const join = (a, b) => `select count(*) as n from ${a}.counters a join ${b}.counters b using (id)`;
    assert.equal((await ask(join('crm', 'live'))).cache, null);
    const both = await ask(join('other', 'crm'));
    assert.deepEqual([both.cache, both.index], ['miss', 'query_execution_result_crm']);
    assert.equal((await ask(join('other', 'crm'))).cache, 'hit');
  });

  test('statements that give other rows each time, and replies in pages, are not cached', async () => {
    for (const expression of ['now()', 'random()', 'current_date', 'uuid()', "age(timestamp '2020-01-01')"]) {
      const statement = `select ${expression} as x, count(*) from crm.counters`;
      await ask(statement);
      assert.equal((await ask(statement)).cache, 'bypass', expression);
    }
    const page = await ask('select id from crm.counters', { fetch_size: 10 });
    assert.equal(page.cache, 'bypass');
    assert.equal((await curl(gateway.url, 'POST', '/_plugins/_sql/close', { cursor: JSON.parse(page.text).cursor })).status, 200);
  });

  test('a statement that fails is not kept', async () => {
    const statement = 'select cast(id || $$x$$ as int) as x from crm.counters';
    assert.notEqual((await ask(statement)).status, 200);
    assert.notEqual((await ask(statement)).cache, 'hit');
  });

  test('after its time to live a reply is not given any more', async () => {
    const first = await ask(sum('brief'));
    await change();
    const later = await until('the reply being too old', async () => {
      const reply = await ask(sum('brief'));
      return reply.cache === 'miss' && reply;
    });
    assert.notEqual(later.text, first.text);
  });

  test('a change of the source makes earlier replies unreachable; a disabled source gives none', async () => {
    const before = await ask(sum('other'));
    assert.equal((await ask(sum('other'))).cache, 'hit');
    await change();
    await put('other', 2 * hour, 'PUT', { description: 'changed' });
    const after_change = await ask(sum('other'));
    assert.deepEqual([after_change.cache, after_change.text === before.text], ['miss', false]);
    await put('other', 2 * hour, 'PUT', { description: 'changed', status: 'DISABLED' });
    assert.equal(JSON.parse((await ask(sum('other'))).text).error.kind, 'disabled');
  });

  test('files are for the gateway alone and hold nothing that can be read; a restart keeps them', async () => {
    const marked = "select 'a mark that nobody misses' as mark, count(*) as n from crm.counters";
    const first = await ask(marked);
    assert.ok(first.text.includes('a mark that nobody misses'));
    const index = join(gateway.data, 'results/query_execution_result_crm');
    const files = readdirSync(index).map((name) => join(index, name));
    assert.ok(files.length > 0);
    for (const file of files) {
      assert.equal(statSync(file).mode & 0o777, 0o600, file);
      assert.ok(!readFileSync(file).includes('a mark that nobody misses'), file);
      assert.ok(!file.endsWith('.draft'), file);
    }
    await gateway.stop();
    gateway = await startGateway({ data: `${folder.path}/data` });
    const again = await ask(marked);
    assert.deepEqual([again.cache, again.text], ['hit', first.text]);
  });

  test('a result index can be looked at and emptied', async () => {
    const list = (await curl(gateway.url, 'GET', '/_plugins/_query/_results')).json().resultIndexes;
    const index = list.find(({ resultIndex }) => resultIndex === 'query_execution_result_crm');
    assert.ok(index.results > 0 && index.bytes > 0, JSON.stringify(list));
    const { stdout } = await run(program, ['results', '--url', gateway.url]);
    assert.match(stdout, /^query_execution_result_crm +\d+ +\d+$/m);
    const cleared = await curl(gateway.url, 'DELETE', '/_plugins/_query/_results/query_execution_result_crm');
    assert.deepEqual([cleared.status, cleared.json()], [200, index]);
    assert.equal((await ask(sum('crm'))).cache, 'miss');
    assert.equal((await curl(gateway.url, 'DELETE', '/_plugins/_query/_results/none')).json().results, 0);
    const fresh = await run(program, ['sql', sum('crm'), '--fresh', '--format', 'csv', '--url', gateway.url]);
    assert.match(fresh.stdout, /^total\n\d+/);
  });

  test('a wrong time to live is refused by name', async () => {
    const { host, port, database, username, password } = crm.config;
    const refused = await curl(gateway.url, 'POST', base, {
      name: 'wrong',
      connector: 'postgresql',
      properties: { host, port, database, resultCacheTtl: -1 },
      configuration: { credentials: { username, password } },
    });
    assert.equal(refused.status, 400);
    assert.equal(refused.json().error.violations[0].field, 'properties.resultCacheTtl');
  });
});

test('the cache keeps to its size, and what does not fit is given all the same', { timeout: 60_000 }, async () => {
  const gateway = await startGateway({ samples: true, args: ['--result-cache-size', '40KB'] });
  try {
    const shop = (await curl(gateway.url, 'GET', `${base}/shop`)).json();
    assert.equal((await curl(gateway.url, 'PUT', base, { ...shop, properties: { ...shop.properties, resultCacheTtl: hour } })).status, 200);
    const ask = async (statement) => {
      const reply = await fetch(`${gateway.url}/_plugins/_sql`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ query: statement }) });
      return { cache: reply.headers.get('x-result-cache'), text: await reply.text() };
    };
    const large = 'select * from shop.orders';
    assert.ok((await ask(large)).text.length > 40_000);
    assert.equal((await ask(large)).cache, 'miss');
    for (let i = 0; i < 12; ++i) await ask(`select repeat('x', 8000) || '${i}' as x from shop.customers limit 1`);
    const [{ bytes }] = (await curl(gateway.url, 'GET', '/_plugins/_query/_results')).json().resultIndexes;
    assert.ok(bytes <= 40_000, String(bytes));
    assert.equal((await ask("select repeat('x', 8000) || '11' as x from shop.customers limit 1")).cache, 'hit', 'the newest');
    assert.equal((await ask("select repeat('x', 8000) || '0' as x from shop.customers limit 1")).cache, 'miss', 'the oldest went');
  } finally {
    await gateway.stop();
  }
});
