import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

import { load } from 'datasource-sdk';

import { connected, rows } from './fake.mjs';

/** The module with at most that many pages of 64 KiB, instead of 65,536. */
async function withMaximum(pages) {
  const bytes = await readFile(new URL('../dist/datasource.wasm', import.meta.url));
  const number = (at) => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return [value, at];
    }
  };
  for (let at = 8; at < bytes.length;) {
    const section = bytes[at];
    const [size, content] = number(at + 1);
    if (section === 5) {
      // One memory, flags, minimum, maximum.
      const [, maximum] = number(content + 2);
      assert.deepEqual([...bytes.subarray(maximum, maximum + 3)], [0x80, 0x80, 0x04]);
      bytes.set([0x80 | (pages & 0x7f), 0x80 | ((pages >> 7) & 0x7f), (pages >> 14) & 0x7f], maximum);
      return bytes;
    }
    at = content + size;
  }
  return assert.fail('the module has no memory');
}

test('memory that is used up is an error, and the next statement works', async () => {
  await load(await withMaximum(320));
  const table = (count) =>
    rows({ n: 'long', t: 'keyword' }, `[${Array.from({ length: count }, (_, i) => `[${i},"text ${i}"]`)}]`);
  const { client } = await connected({ 'POST /_plugins/_sql': ({ body }) => table(Number(JSON.parse(body).query)) });
  const kept = await client.sql('1000');
  for (const count of [400_000, 1_000_000]) {
    await assert.rejects(client.sql(String(count)), {
      name: 'UnsupportedError',
      kind: 'unsupported',
      message: /memory of the WebAssembly module is used up/,
    });
    const result = await client.sql('1000');
    assert.equal(result.columns[1].get(999), 'text 999');
    result.dispose();
  }
  // A result of the instance that ran out stays readable.
  assert.equal(kept.columns[0].get(999), 999n);
  assert.equal(kept.columns[1].get(999), 'text 999');
  kept.dispose();
});
