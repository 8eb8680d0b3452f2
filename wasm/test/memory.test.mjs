import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { connected, json, rows } from './fake.mjs';

const sql = 'POST /_plugins/_sql';
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');

const table = (count) =>
  rows({ n: 'long', t: 'keyword' }, `[${Array.from({ length: count }, (_, i) => `[${i},"text ${i}"]`)}]`);

let client, small, failing;
before(async () => {
  small = table(2000);
  failing = rows({ n: 'long' }, '[[1],["x"');
  ({ client } = await connected({
    [sql]: ({ body }) =>
      body.includes('large')
        ? table(400_000)
        : body.includes('broken')
          ? failing.clone()
          : body.includes('refused')
            ? json({}, 400)
            : small.clone(),
  }));
});

/** Bytes of WebAssembly memory: every view of it sees all. */
const memorySize = (result) => result.columns[0].values.buffer.byteLength;

test('200 statements do not grow the memory', async () => {
  const first = await client.sql('x');
  first.dispose();
  const second = await client.sql('x');
  const size = memorySize(second);
  second.dispose();
  for (let i = 0; i < 200; ++i) {
    const result = await client.sql('x');
    assert.equal(result.rowCount, 2000);
    result.dispose();
    await assert.rejects(client.sql(i % 2 ? 'broken' : 'refused'));
  }
  const last = await client.sql('x');
  assert.equal(memorySize(last), size);
  last.dispose();
});

test('what nobody holds any more is freed by the garbage collector', async () => {
  const probe = await client.sql('x');
  for (let i = 0; i < 20; ++i) {
    for (let k = 0; k < 50; ++k) await client.sql('x');
    collectGarbage();
    await new Promise((resolve) => setTimeout(resolve));
  }
  // A thousand results of 2000 rows would be over 40 MB.
  assert.ok(memorySize(probe) < 20 << 20, `${memorySize(probe)} bytes`);
  probe.dispose();
});

test('a view keeps its memory, though the result is gone', async () => {
  const values = await (async () => (await client.sql('x')).columns[0].values)();
  for (let i = 0; i < 5; ++i) {
    collectGarbage();
    await new Promise((resolve) => setTimeout(resolve));
    await client.sql('x');
  }
  assert.deepEqual(
    [...values],
    Array.from({ length: 2000 }, (_, i) => BigInt(i)),
  );
});

test('after dispose() every access throws a clear error; disposing again does nothing', async () => {
  const result = await client.sql('x');
  const [n, t] = result.columns;
  n.values;
  t.values;
  result.dispose();
  result.dispose();
  result[Symbol.dispose]();
  for (const access of [
    () => n.values,
    () => t.values,
    () => n.get(0),
    () => t.get(0),
    () => result.row(0),
    () => [...result.rows()],
  ]) {
    assert.throws(access, /the result was disposed of; its values can no longer be read/);
  }
  assert.equal(result.rowCount, 2000);
  assert.deepEqual(
    result.columns.map(({ name }) => name),
    ['n', 't'],
  );
});

test('columns survive the growth of the memory', async () => {
  const result = await client.sql('x');
  const [n, t] = result.columns;
  const before = n.values;
  assert.equal(before[1999], 1999n);
  const large = await client.sql('large');
  assert.equal(before.length, 0, 'the memory has grown');
  assert.equal(n.values[1999], 1999n);
  assert.equal(n.get(1998), 1998n);
  assert.equal(t.get(1999), 'text 1999');
  assert.equal(large.columns[1].get(399_999), 'text 399999');
  large.dispose();
  result.dispose();
});
