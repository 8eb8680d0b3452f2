import assert from 'node:assert/strict';
import { test } from 'node:test';

import { connected, json, rows } from './fake.mjs';

const sql = 'POST /_plugins/_sql';

async function query(schema, text, more) {
  const { client } = await connected({ [sql]: rows(schema, text, more) });
  return client.sql('select …');
}

test('every column type, exactly', async () => {
  const cases = {
    boolean: ['true', true, Uint8Array],
    byte: ['-128', -128, Int8Array],
    short: ['-32768', -32768, Int16Array],
    integer: ['2147483647', 2147483647, Int32Array],
    long: ['-9223372036854775808', -9223372036854775808n, BigInt64Array],
    unsigned_long: ['18446744073709551615', 18446744073709551615n, BigUint64Array],
    float: ['1.5', 1.5, Float32Array],
    double: ['0.1', 0.1, Float64Array],
    decimal: ['12345678901234567890.0123456789', '12345678901234567890.0123456789', Array],
    keyword: ['"a\\"\\\\\\n€😀\\u00e9"', 'a"\\\n€😀é', Array],
    text: ['""', '', Array],
    ip: ['"::1"', '::1', Array],
    date: ['"2024-02-29"', '2024-02-29', Array],
    time: ['"23:59:59.999999"', '23:59:59.999999', Array],
    timestamp: ['"2024-02-29 12:34:56.789"', '2024-02-29 12:34:56.789', Array],
    interval: ['"1 month"', '1 month', Array],
    binary: ['"AP8="', 'AP8=', Array],
    object: ['{"a": [1, 9007199254740993]}', '{"a": [1, 9007199254740993]}', Array],
    nested: ['[{"a": 1}]', '[{"a": 1}]', Array],
    array: ['[1, 2]', '[1, 2]', Array],
    geo_point: ['{"lat":1,"lon":2}', '{"lat":1,"lon":2}', Array],
    undefined: ['1', '1', Array],
  };
  const types = Object.keys(cases);
  const line = (pick) => `[${types.map(pick).join(',')}]`;
  const result = await query(
    Object.fromEntries(types.map((type) => [type, type])),
    `[${line((type) => cases[type][0])},${line(() => 'null')}]`,
  );

  assert.equal(result.rowCount, 2);
  assert.deepEqual(
    result.columns.map(({ type }) => type),
    types,
  );
  for (const column of result.columns) {
    const [, value, kind] = cases[column.type];
    assert.equal(column.get(0), value, column.type);
    assert.equal(column.get(1), null, column.type);
    assert.ok(column.values instanceof kind, column.type);
    assert.equal(column.values.length, 2, column.type);
    assert.deepEqual(column.values[0], column.type === 'boolean' ? 1 : value, column.type);
    assert.deepEqual(
      [column.isNull(0), column.isNull(1), column.nullCount, column.valid[0] & 3],
      [false, true, 1, 1],
      column.type,
    );
  }
  assert.equal(result.column('long'), result.columns[4]);
  assert.equal(result.column('nope'), undefined);
});

test('doubles that JSON cannot write', async () => {
  const result = await query({ d: 'double' }, '[["NaN"],["Infinity"],["-Infinity"],[-0.0],[1e308],[5e-324]]');
  assert.deepEqual([...result.columns[0].values], [NaN, Infinity, -Infinity, -0, 1e308, 5e-324]);
});

test('rows are objects, made one by one', async () => {
  const result = await query({ id: 'long', name: 'keyword' }, '[[1,"a"],[2,null],[3,"ü"]]');
  assert.deepEqual(
    [...result.rows()],
    [
      { id: 1n, name: 'a' },
      { id: 2n, name: null },
      { id: 3n, name: 'ü' },
    ],
  );
  assert.deepEqual(result.row(2), { id: 3n, name: 'ü' });
  for (const index of [-1, 3, 0.5 + 3, NaN]) {
    assert.throws(() => result.row(index), RangeError);
    assert.throws(() => result.columns[1].get(index), RangeError);
  }
  const iterator = result.rows();
  assert.deepEqual(iterator.next().value, { id: 1n, name: 'a' });
});

test('a column may have any name', async () => {
  const result = await query({ __proto__x: 'long', constructor: 'long', '': 'long', 'ä "b"': 'long' }, '[[1,2,3,4]]');
  assert.deepEqual(Object.values(result.row(0)), [1n, 2n, 3n, 4n]);
  const { client } = await connected({
    [sql]: new Response(
      '{"schema":[{"name":"__proto__","type":"object"},{"name":"a","type":"long"}],"datarows":[[{"x":1},1]]}',
    ),
  });
  const row = (await client.sql('x')).row(0);
  assert.deepEqual(Object.keys(row), ['__proto__', 'a']);
  assert.equal(Object.getPrototypeOf(row), Object.prototype);
});

test('no rows, no columns, an alias, members in another order', async () => {
  const empty = await query({ a: 'long', b: 'keyword' }, '[]');
  assert.equal(empty.rowCount, 0);
  assert.deepEqual(
    [empty.columns[0].values.length, empty.columns[1].values, empty.columns[0].valid, [...empty.rows()]],
    [0, [], null, []],
  );
  const { client } = await connected({
    [sql]: new Response('{"total":1,"datarows":[[7]],"schema":[{"name":"count(*)","alias":"n","type":"integer"}]}'),
  });
  assert.deepEqual((await client.sql('x')).row(0), { n: 7 });
});

test('100,000 rows, in pieces of any size, with nulls in between', async () => {
  const count = 100_000;
  const lines = Array.from(
    { length: count },
    (_, i) => `[${9007199254740993n + BigInt(i)},${i % 3 === 0 ? 'null' : `"Käse ${i}"`},"row ${i}",${i / 4}]`,
  );
  const body = new TextEncoder().encode(
    `{"schema":[{"name":"id","type":"long"},{"name":"a","type":"keyword"},{"name":"b","type":"text"},{"name":"d","type":"double"}],"datarows":[${lines}]}`,
  );
  const pieces = () => {
    let at = 0;
    return new ReadableStream({
      pull(stream) {
        if (at === body.length) return stream.close();
        const end = Math.min(body.length, at + 1 + ((at * 7919) % 65_521));
        stream.enqueue(body.subarray(at, end));
        at = end;
      },
    });
  };
  const { client } = await connected({ [sql]: () => new Response(pieces()) });
  const result = await client.sql('x');
  assert.equal(result.rowCount, count);
  const [id, a, b, d] = result.columns;
  assert.equal(a.nullCount, Math.ceil(count / 3));
  let index = 0;
  for (const row of result.rows()) {
    if (
      row.id !== 9007199254740993n + BigInt(index) ||
      row.a !== (index % 3 === 0 ? null : `Käse ${index}`) ||
      row.b !== `row ${index}` ||
      row.d !== index / 4
    ) {
      assert.fail(`row ${index}: ${JSON.stringify({ ...row, id: String(row.id) })}`);
    }
    ++index;
  }
  assert.equal(index, count);
  assert.equal(id.values.at(-1), 9007199254740993n + BigInt(count - 1));
  assert.equal(b.values.at(-1), `row ${count - 1}`);
  assert.equal(a.values[1], 'Käse 1');
  assert.equal(a.values[0], '');
  assert.equal(b.values, b.values);
  assert.equal(d.values[3], 0.75);
});

test('texts around the borders of the fast paths', async () => {
  const texts = [0, 1, 23, 24, 25, 1000].flatMap((size) => [
    'x'.repeat(size),
    `${'x'.repeat(size)}é`,
    `\uFEFF${'x'.repeat(size)}`,
    '😀'.repeat(size),
  ]);
  const ascii = texts.map((text) => text.replace(/[^x]/gu, 'y'));
  const result = await query({ t: 'text', a: 'text' }, JSON.stringify(texts.map((text, i) => [text, ascii[i]])));
  assert.deepEqual(
    texts.map((_, row) => result.columns[0].get(row)),
    texts,
  );
  assert.deepEqual(result.columns[0].values, texts);
  assert.deepEqual(
    ascii.map((_, row) => result.columns[1].get(row)),
    ascii,
  );
  assert.deepEqual(result.columns[1].values, ascii);
});

test('malformed replies are errors with the place, whatever they are', async () => {
  const schema = '"schema":[{"name":"a","type":"integer"}]';
  const cases = [
    '',
    '{',
    'null',
    '[]',
    '{}',
    `{${schema}}`,
    `{${schema},"datarows":[[1]`,
    `{${schema},"datarows":[[1,2]]}`,
    `{${schema},"datarows":[[]]}`,
    `{${schema},"datarows":[[2147483648]]}`,
    `{${schema},"datarows":[[1.5]]}`,
    `{${schema},"datarows":[[01]]}`,
    `{${schema},"datarows":[[1]]}}`,
    `{${schema},"datarows":[[${'['.repeat(100)}]]}`,
    '{"schema":[{"name":"a","type":"text"}],"datarows":[["\\ud800"]]}',
    '{"schema":[{"name":"a","type":"text"}],"datarows":[["\u0001"]]}',
  ];
  for (const body of cases) {
    const { client } = await connected({ [sql]: new Response(body) });
    await assert.rejects(client.sql('x'), { kind: 'malformed', message: /malformed at byte \d+: / }, body);
  }
  const { client } = await connected({ [sql]: new Response(new Uint8Array([0x7b, 0xff, 0x7d])) });
  await assert.rejects(client.sql('x'), { kind: 'malformed', message: /at byte 1: it is not UTF-8/ });
});

test('a reply cut off at any byte is an error and nothing worse', async () => {
  const body = await rows(
    { a: 'integer', t: 'keyword', o: 'object' },
    '[[1,"x\\u00e9",{"a":[1]}],[null,null,null]]',
  ).text();
  for (let size = 0; size < body.length; ++size) {
    const { client } = await connected({ [sql]: new Response(body.slice(0, size)) });
    await assert.rejects(client.sql('x'), { kind: 'malformed' }, body.slice(0, size));
  }
});

test('a server that fails amid the rows, and errors of the statement', async () => {
  const late = await connected({ [sql]: rows({ a: 'integer' }, '[[1]]', '"error":{"reason":"out of memory"}') });
  await assert.rejects(late.client.sql('x'), { kind: 'server', message: /out of memory/ });
  const { client } = await connected({
    [sql]: json(
      { status: 400, error: { type: 'SyntaxCheckException', details: 'syntax error at or near "fro"' } },
      400,
    ),
  });
  await assert.rejects(client.sql('select * fro x'), {
    kind: 'invalid',
    type: 'SyntaxCheckException',
    message: 'syntax error at or near "fro"',
  });
});
