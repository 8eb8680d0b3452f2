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

test('1,000 results that are read, written out and disposed of leave the memory as it was', async () => {
  const one = async () => {
    const result = await client.sql('x');
    assert.equal(result.rowCount, 2000);
    assert.equal(result.columns[1].values[1999], 'text 1999');
    assert.ok(result.toCSV().length > 20_000 && result.toJDBC().length > 20_000);
    const size = memorySize(result);
    result.dispose();
    return size;
  };
  await one();
  const size = await one();
  for (let i = 0; i < 1000; ++i) assert.equal(await one(), size);
});

test('statements that fail leave the memory as it was', async () => {
  const size = async () => {
    const result = await client.sql('x');
    const bytes = memorySize(result);
    result.dispose();
    return bytes;
  };
  await size();
  const before = await size();
  for (let i = 0; i < 200; ++i) await assert.rejects(client.sql(i % 2 ? 'broken' : 'refused'));
  assert.equal(await size(), before);
});

test('what nobody holds any more is freed by the garbage collector', async () => {
  const probe = await client.sql('x');
  const before = memorySize(probe);
  for (let i = 0; i < 20; ++i) {
    for (let k = 0; k < 50; ++k) await client.sql('x');
    collectGarbage();
    await new Promise((resolve) => setTimeout(resolve));
  }
  // A thousand results of 2000 rows are over 40 MB; fifty are two.
  assert.ok(memorySize(probe) - before < 4 << 20, `${memorySize(probe) - before} bytes more`);
  probe.dispose();
});

test('pages that are dropped in the middle, and clients that are never closed, are freed too', async () => {
  const probe = await client.sql('x');
  const paged = rows({ n: 'long', t: 'keyword' }, `[${Array.from({ length: 2000 }, (_, i) => `[${i},"text ${i}"]`)}]`, '"cursor":"c"');
  const round = async () => {
    for (let k = 0; k < 20; ++k) {
      const other = (await connected({ [sql]: () => paged.clone() }, { auth: { token: 'x'.repeat(20_000) } })).client;
      await other.pages({ text: 'x', fetchSize: 2000 }).next();
    }
    collectGarbage();
    await new Promise((resolve) => setTimeout(resolve));
  };
  for (let i = 0; i < 5; ++i) await round();
  const before = memorySize(probe);
  for (let i = 0; i < 25; ++i) await round();
  // Five hundred of each hold over 30 MB.
  assert.ok(memorySize(probe) - before < 4 << 20, `${memorySize(probe) - before} bytes more`);
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
