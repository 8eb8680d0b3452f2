// Rows that are shown while they come.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { CancelledError, ServerError } from 'datasource-sdk';

import { connected, json } from './fake.mjs';

const sql = 'POST /_plugins/_sql';
const schema =
  '{"schema":[{"name":"n","type":"long"},{"name":"t","type":"keyword"},{"name":"f","type":"double"}],"datarows":[';
const row = (i) => `[${i},${i % 3 === 0 ? 'null' : `"text ${i} ü"`},${i / 2}]`;
const expected = (i) => ({ n: BigInt(i), t: i % 3 === 0 ? null : `text ${i} ü`, f: i / 2 });

/** A reply whose pieces a test sends, one after the other. */
function piecemeal() {
  const encoder = new TextEncoder();
  let controller;
  const body = new ReadableStream({ start: (own) => (controller = own) });
  return {
    reply: ({ signal }) => {
      signal.addEventListener('abort', () => controller.error(signal.reason));
      return new Response(body);
    },
    send: (text) => controller.enqueue(encoder.encode(text)),
    end: () => controller.close(),
    breakOff: () => controller.error(new TypeError('terminated')),
  };
}

/** A statement under way, and its rows: `come(n)` waits until that many are there. */
async function begin(text = 'select 1') {
  const reply = piecemeal();
  const stop = new AbortController();
  const { client } = await connected({ [sql]: reply.reply });
  const seen = [];
  let waiting = () => {};
  let rows;
  const outcome = client.sql(text, {
    signal: stop.signal,
    onRows(now) {
      assert.ok(rows === undefined || rows === now, 'one result grows');
      rows = now;
      seen.push(now.rowCount);
      waiting();
    },
  });
  outcome.catch(() => {});
  const come = async (count) => {
    while ((rows?.rowCount ?? 0) < count) await new Promise((resolve) => (waiting = resolve));
    return rows;
  };
  return { ...reply, client, stop, outcome, seen, come, rows: () => rows };
}

test('rows show as they come, grow, and are the result in the end', async () => {
  const { send, end, come, outcome, seen } = await begin();
  send(schema + row(0) + ',' + row(1) + ',[2,"te');
  const rows = await come(2);
  assert.deepEqual([...rows.rows()], [0, 1].map(expected));
  assert.deepEqual([...rows.column('n').values], [0n, 1n]);
  assert.deepEqual(rows.column('t').values, ['', 'text 1 ü']);
  assert.equal(rows.column('t').nullCount, 1);
  assert.throws(() => rows.columns[0].get(2), /there is no row 2/);
  const first = rows.columns;

  // Enough of them to move every buffer.
  let more = 'xt 2 ü",1]';
  for (let i = 3; i < 20_000; ++i) more += ',' + row(i);
  for (let at = 0; at < more.length; at += 30_000) send(more.slice(at, at + 30_000));
  await come(19_000);
  assert.equal(rows.row(18_999).n, 18_999n);
  send(']}');
  end();
  const result = await outcome;
  assert.equal(result, rows);
  assert.equal(result.columns, first);
  assert.equal(result.rowCount, 20_000);
  let i = 0;
  for (const each of result.rows()) assert.deepEqual(each, expected(i++));
  assert.equal(result.column('t').nullCount, 6_667);
  assert.ok(seen.length > 5 && seen.every((count, at) => at === 0 || count > seen[at - 1]), String(seen));
  result.dispose();
  assert.ok(result.disposed);
  assert.throws(() => result.row(0), /disposed/);
});

test('a statement that is cancelled leaves the rows that came', async () => {
  const { send, come, stop, outcome } = await begin();
  send(schema + row(1) + ',' + row(2) + ',[3,null,');
  const rows = await come(2);
  stop.abort();
  await assert.rejects(outcome, CancelledError);
  assert.ok(!rows.disposed);
  assert.deepEqual([...rows.rows()], [1, 2].map(expected));
  assert.equal(rows.column('t').nullCount, 0);
  assert.equal(rows.toCSV(), 'n,t,f\n1,text 1 ü,0.5\n2,text 2 ü,1.0');
  rows.dispose();
});

test('so does one whose server fails, or breaks off', async () => {
  for (const fail of [
    ({ send, end }) => (send('],"error":{"reason":"out of disk"}}'), end()),
    ({ send, end }) => (send(',[4,'), end()),
    ({ breakOff }) => breakOff(),
  ]) {
    const run = await begin();
    run.send(schema + row(1) + ',' + row(2));
    const rows = await run.come(1);
    fail(run);
    await assert.rejects(run.outcome, ({ kind }) => ['server', 'malformed', 'connection'].includes(kind));
    assert.deepEqual(rows.row(0), expected(1));
    rows.dispose();
  }
});

test('a column that turns out to hold texts gives a result of its own, with every value as it was sent', async () => {
  const { send, end, come, outcome } = await begin();
  send('{"schema":[{"name":"k","type":"double"}],"datarows":[[1.50],[2');
  const rows = await come(1);
  send('],["a"]]}');
  end();
  const result = await outcome;
  assert.deepEqual(result.columns[0].values, ['1.50', '2', 'a']);
  assert.ok(rows.disposed && rows !== result);
});

test('rows that nobody wants any more may be disposed of while others come', async () => {
  const { send, end, come, outcome } = await begin();
  send(schema + row(1) + ',[');
  (await come(1)).dispose();
  send('2,"b",1]]}');
  end();
  const result = await outcome;
  assert.ok(result.disposed);
  assert.throws(() => result.row(0), /disposed/);
});

test('what is no result is not taken for rows, and an empty one brings none', async () => {
  const never = () => assert.fail('there are no rows');
  const refused = await connected({ [sql]: json({ error: { type: 'SemanticCheckException', details: 'no' }, schema: [{ name: 'n', type: 'long' }], datarows: [[1]] }, 400) });
  await assert.rejects(refused.client.sql('select x', { onRows: never }), { status: 400 });
  const empty = await connected({ [sql]: () => new Response(schema + ']}') });
  assert.equal((await empty.client.sql('select 1', { onRows: never })).rowCount, 0);
});

test('what onRows throws ends the statement', async () => {
  const { client } = await connected({ [sql]: () => new Response(schema + row(1) + ']}') });
  const failure = new ServerError({ kind: 'server', message: 'mine' });
  const failing = client.sql('select 1', { onRows: () => { throw failure; } });
  await assert.rejects(failing, failure);
});
