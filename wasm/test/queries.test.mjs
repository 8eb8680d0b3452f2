import assert from 'node:assert/strict';
import { test } from 'node:test';

import { CancelledError, InvalidError, TimeoutError } from 'datasource-sdk';

import { base, connected, json, rows, silence } from './fake.mjs';

const sql = 'POST /_plugins/_sql';
const close = 'POST /_plugins/_sql/close';
const submit = 'POST /_plugins/_async_query';
const ask = 'GET /_plugins/_async_query/q1';
const cancel = 'DELETE /_plugins/_async_query/q1';
const metrics = (more) => json({ name: 'metrics', connector: 'PROMETHEUS', properties: {}, status: 'ACTIVE', ...more });
const missing = () => json({ status: 404, error: { type: 'DataSourceNotFoundException', details: 'not there' } }, 404);
const finished = () =>
  new Response('{"status":"SUCCESS","schema":[{"name":"n","type":"integer"}],"datarows":[[7]],"total":1,"size":1}');
/** Three pages of two rows; the cursor says which comes next. */
const paged = (init) => {
  const page = Number(JSON.parse(init.body).cursor ?? 0);
  return rows({ n: 'integer' }, `[[${2 * page}],[${2 * page + 1}]]`, page < 2 ? `"cursor":"${page + 1}"` : '"total":6');
};

test('parameters get the type that their value has, or the one that is given', async () => {
  const { client, of } = await connected({ [sql]: () => rows({ n: 'integer' }, '[]') });
  const parameters = [1, 3_000_000_000, 1.5, 9007199254740993n, -(2n ** 63n), true, "o'x", { type: 'double', value: 2 }];
  await client.sql('select ?', { parameters: [...parameters, { type: 'long', value: 5n }] });
  assert.equal(
    of(sql)[0].body,
    '{"query":"select ?","parameters":[{"type":"integer","value":1},{"type":"long","value":3000000000},' +
      '{"type":"double","value":1.5},{"type":"long","value":9007199254740993},' +
      '{"type":"long","value":-9223372036854775808},{"type":"boolean","value":true},' +
      '{"type":"string","value":"o\'x"},{"type":"double","value":2},{"type":"long","value":5}]}',
  );
  for (const wrong of [2n ** 63n, null, [1], {}, { type: 'date' }]) {
    await assert.rejects(client.sql('select ?', { parameters: [1, wrong] }), { kind: 'invalid', field: 'parameters[1]' });
  }
  await assert.rejects(client.sql(''), { kind: 'invalid', field: 'text' });
  await assert.rejects(client.explain({}), InvalidError);
  assert.equal(of(sql).length, 1);
});

test('a loop over pages that ends early closes the cursor, once', async () => {
  const { client, of } = await connected({ [sql]: paged, [close]: () => json({ succeeded: true }) });
  const query = { text: 'select n from t', fetchSize: 2 };
  for await (const page of client.pages(query)) {
    assert.deepEqual([...page.columns[0].values], [0, 1]);
    break;
  }
  assert.deepEqual(
    of(close).map(({ body }) => body),
    ['{"cursor":"1"}'],
  );
  const failure = new Error('the reader failed');
  await assert.rejects(async () => {
    for await (const row of client.pages(query).rows()) if (row.n === 2) throw failure;
  }, failure);
  assert.equal(of(close).length, 2);

  {
    const pages = client.pages(query);
    await pages.next();
    await pages[Symbol.asyncDispose]();
    assert.equal(await pages.next(), undefined);
    await pages.close();
  }
  assert.equal(of(close).length, 3);
});

test('pages that are read to their end leave nothing to close; those never asked for send nothing', async () => {
  const { client, of, requests } = await connected({ [sql]: paged });
  const seen = [];
  for await (const { n } of client.pages({ text: 'x', fetchSize: 2 }).rows()) seen.push(n);
  assert.deepEqual(seen, [0, 1, 2, 3, 4, 5]);
  await client.pages({ text: 'x', fetchSize: 2 }).close();
  assert.equal(of(close).length, 0);
  assert.equal(requests.length, 1 + 3);
});

test('pages that are asked for at the same time come in order', async () => {
  const { client } = await connected({ [sql]: paged });
  const pages = client.pages({ text: 'x', fetchSize: 2 });
  const all = await Promise.all([pages.next(), pages.next(), pages.next(), pages.next()]);
  assert.deepEqual(
    all.map((page) => page?.columns[0].get(0)),
    [0, 2, 4, undefined],
  );
});

test('a page that fails is the last, and the cursor before it is closed', async () => {
  const { client, of } = await connected({
    [sql]: (init, count) => (count === 2 ? json({ error: { reason: 'busy' } }, 503) : paged(init)),
    [close]: () => json({}, 500),
  });
  const pages = client.pages({ text: 'x', fetchSize: 2 });
  await pages.next();
  await assert.rejects(pages.next(), { kind: 'server', message: 'busy' });
  assert.equal(await pages.next(), undefined);
  assert.equal(of(close).length, 1);
});

test('a signal ends pages, and the cursor is closed all the same', async () => {
  const controller = new AbortController();
  const { client, of } = await connected({
    [sql]: (init, count) => (count === 2 ? silence(init) : paged(init)),
    [close]: () => json({ succeeded: true }),
  });
  const read = async () => {
    for await (const page of client.pages({ text: 'x', fetchSize: 2 }, { signal: controller.signal })) {
      page.dispose();
      setImmediate(() => controller.abort());
    }
  };
  await assert.rejects(read(), CancelledError);
  assert.equal(of(close).length, 1);
});

test('an async query is asked after until it has rows', async () => {
  const { client, of } = await connected({
    [submit]: () => json({ queryId: 'q1' }, 201),
    [ask]: (_, count) => (count < 3 ? json({ status: 'RUNNING' }) : finished()),
  });
  const states = [];
  const result = await client.asyncQuery(
    { dataSource: 'glue', text: 'select 7', session: 's' },
    { poll: { firstDelay: 1, maximumDelay: 2 }, onProgress: ({ state }) => states.push(state) },
  );
  assert.deepEqual([...result.columns[0].values], [7]);
  assert.equal(of(submit)[0].body, '{"datasource":"glue","lang":"sql","query":"select 7","sessionId":"s"}');
  assert.equal(states.filter((state) => state === 'polling').length, 2);
});

test('an async query that is given up is cancelled on the server', async () => {
  const routes = {
    [submit]: () => json({ queryId: 'q1' }, 201),
    [ask]: () => json({ status: 'RUNNING' }),
    [cancel]: () => new Response(null, { status: 204 }),
  };
  const query = { dataSource: 'glue', text: 'select 1' };
  const patient = { firstDelay: 60_000, maximumDelay: 60_000, limit: 0 };

  const controller = new AbortController();
  const waiting = await connected(routes);
  const onProgress = ({ state }) => state === 'polling' && setImmediate(() => controller.abort());
  await assert.rejects(
    waiting.client.asyncQuery(query, { signal: controller.signal, onProgress, poll: patient }),
    CancelledError,
  );
  assert.equal(waiting.of(cancel).length, 1);

  const late = await connected(routes);
  const signal = AbortSignal.timeout(20);
  await assert.rejects(late.client.asyncQuery(query, { signal, poll: patient }), TimeoutError);
  assert.equal(late.of(cancel).length, 1);

  const limited = await connected(routes);
  await assert.rejects(limited.client.asyncQuery(query, { poll: { firstDelay: 2, limit: 5 } }), TimeoutError);
  assert.equal(limited.of(cancel).length, 1);

  const asking = await connected({ ...routes, [ask]: silence });
  const pending = asking.client.asyncQuery(query);
  while (asking.of(ask).length === 0) await new Promise((resolve) => setImmediate(resolve));
  asking.client.close();
  await assert.rejects(pending, CancelledError);
  assert.equal(asking.of(cancel).length, 1);
});

test('an async query that fails says why', async () => {
  const { client } = await connected({
    [submit]: () => json({ queryId: 'q1' }, 201),
    [ask]: () => json({ status: 'FAILED', error: 'no such table' }),
  });
  await assert.rejects(client.asyncQuery({ dataSource: 'glue', text: 'x' }), {
    name: 'ServerError',
    message: 'no such table',
  });
});

test('progress counts the bytes of a reply as they arrive', async () => {
  const text = `{"schema":[{"name":"n","type":"integer"}],"datarows":[[1],[2]]}`;
  const parts = [text.slice(0, 10), text.slice(10, 40), text.slice(40)];
  const body = () =>
    new ReadableStream({
      start(stream) {
        for (const part of parts) stream.enqueue(new TextEncoder().encode(part));
        stream.close();
      },
    });
  const headers = { 'content-length': String(text.length) };
  const { client } = await connected({
    [sql]: () => new Response(body(), { headers }),
    [`GET ${base}`]: (_, count) => (count === 1 ? json({}, 503) : json([])),
    'POST /_plugins/_ppl': () => new Response(body(), { headers: { ...headers, 'content-encoding': 'gzip' } }),
  });
  const seen = [];
  const onProgress = (progress) => seen.push(progress);
  await client.sql('x', { onProgress });
  assert.deepEqual(
    seen.map(({ state, requests, bytesReceived, bytesTotal }) => [state, requests, bytesReceived, bytesTotal]),
    [
      ['sending', 1, 0, undefined],
      ['receiving', 1, 0, text.length],
      ['receiving', 1, 10, text.length],
      ['receiving', 1, 40, text.length],
      ['receiving', 1, text.length, text.length],
    ],
  );

  seen.length = 0;
  await client.datasources.list({ onProgress });
  const states = seen.map(({ state }) => state);
  assert.deepEqual([...new Set(states)], ['sending', 'receiving', 'retrying']);
  assert.ok(seen.find(({ state }) => state === 'retrying').delay >= 0);
  assert.equal(seen.at(-1).requests, 2);

  seen.length = 0;
  await client.ppl('x', { onProgress });
  assert.equal(seen.at(-1).bytesTotal, undefined);
});

test('what a progress function throws ends the operation with it', async () => {
  const mistake = new Error('a mistake of the caller');
  const { client } = await connected({ [sql]: () => rows({ n: 'integer' }, '[[1]]') });
  for (const wanted of ['sending', 'receiving']) {
    const onProgress = ({ state, bytesReceived }) => {
      if (state === wanted && (state === 'sending' || bytesReceived > 0)) throw mistake;
    };
    await assert.rejects(client.sql('x', { onProgress }), mistake);
  }
  const result = await client.sql('x');
  assert.equal(result.rowCount, 1);
});

test('a write is waited for until a read shows it, and a removal until none does', async () => {
  const one = `GET ${base}/metrics`;
  const poll = { firstDelay: 1, maximumDelay: 2 };
  const { client, of } = await connected({
    [one]: (_, count) => (count === 1 ? missing() : metrics({ description: count < 4 ? 'old' : 'new' })),
  });
  const shown = await client.datasources.waitUntilVisible('metrics', { shows: { description: 'new' }, poll });
  assert.equal(shown.description, 'new');
  assert.equal(of(one).length, 4);

  const going = await connected({ [one]: (_, count) => (count < 3 ? metrics() : missing()) });
  assert.equal(await going.client.datasources.waitUntilGone('metrics', { poll }), undefined);

  const staying = await connected({ [one]: () => metrics() });
  await assert.rejects(
    staying.client.datasources.waitUntilGone('metrics', { poll: { ...poll, limit: 10 } }),
    TimeoutError,
  );
  const forbidden = await connected({ [one]: () => json({ error: 'no' }, 403) });
  await assert.rejects(forbidden.client.datasources.waitUntilVisible('metrics', { poll }), { kind: 'forbidden' });
});

test('what a read is to show is compared member by member, to the innermost', async () => {
  const source = metrics({ properties: { 'prometheus.uri': 'http://a' }, allowedRoles: ['a', 'b'] });
  const { client } = await connected({ [`GET ${base}/metrics`]: source });
  const shown = (shows) =>
    client.datasources.waitUntilVisible('metrics', { shows, poll: { firstDelay: 1, limit: 1 } }).then(
      () => true,
      ({ kind }) => (kind === 'timeout' ? false : assert.fail(kind)),
    );
  assert.ok(await shown({ status: 'ACTIVE', properties: { 'prometheus.uri': 'http://a' } }));
  assert.ok(await shown({ allowedRoles: ['a', 'b'] }));
  assert.ok(await shown({}));
  assert.ok(!(await shown({ allowedRoles: ['a'] })));
  assert.ok(!(await shown({ properties: { 'prometheus.uri': 'http://b' } })));
  assert.ok(!(await shown({ description: { deep: 1 } })));
});

test('a patch of the result index keeps a disabled source disabled', async () => {
  const { client, of } = await connected({
    [`GET ${base}/metrics`]: () => metrics({ status: 'DISABLED' }),
    [`PATCH ${base}`]: () => json({ dataSourceId: '1', name: 'metrics', message: 'Updated' }),
  });
  await client.datasources.patch('metrics', { resultIndex: 'query_execution_result_x' });
  assert.deepEqual(JSON.parse(of(`PATCH ${base}`)[0].body), {
    name: 'metrics',
    resultIndex: 'query_execution_result_x',
    status: 'DISABLED',
  });
  await client.datasources.rotateProperties('metrics', { 'prometheus.auth.password': 'n3w' });
  assert.deepEqual(JSON.parse(of(`PATCH ${base}`)[1].body).properties, { 'prometheus.auth.password': 'n3w' });
  for (const [changes, field] of [
    [{ connector: 'x' }, 'connector'],
    [{ status: 'ON' }, 'status'],
    [{ allowedRoles: 'a' }, 'allowedRoles'],
    [5, 'changes'],
  ]) {
    await assert.rejects(client.datasources.patch('metrics', changes), { kind: 'invalid', field });
  }
  assert.equal(of(`PATCH ${base}`).length, 2);
});

test('rotating credentials sends the new ones and nothing else', async () => {
  const { client, of } = await connected({
    [`PATCH ${base}`]: () => json({ dataSourceId: '1', name: 'crm', message: 'Updated' }),
  });
  await client.datasources.rotate('crm', { username: 'app2', password: 'n3w' });
  assert.deepEqual(JSON.parse(of(`PATCH ${base}`)[0].body), {
    name: 'crm',
    configuration: { credentials: { username: 'app2', password: 'n3w' } },
  });
});

test('a write expects the version that was read, and one that was overtaken rejects as a conflict', async () => {
  const source = { name: 'crm', connector: 'postgresql', properties: { host: 'db1', database: 'crm' }, status: 'ACTIVE' };
  const credentials = { username: 'app', password: '******' };
  const overtaken = () => json({ status: 412, error: { type: 'DataSourceChangedException', kind: 'conflict', details: 'it was changed' } }, 412);
  const { client, of } = await connected({
    [`GET ${base}/crm`]: () => json({ ...source, id: '1', etag: 'v1', configuration: { credentials } }),
    [`PUT ${base}`]: () => json({ dataSourceId: '1', name: 'crm', etag: 'v2', message: 'Updated' }),
    [`PATCH ${base}`]: overtaken,
    [`DELETE ${base}/crm`]: overtaken,
  });
  const read = await client.datasources.get('crm');
  assert.equal(read.etag, 'v1');
  assert.equal((await client.datasources.update(read, { ifMatch: read.etag })).etag, 'v2');
  const put = of(`PUT ${base}`)[0];
  assert.equal(new Headers(put.headers).get('if-match'), '"v1"');
  assert.equal(JSON.parse(put.body).etag, undefined);
  const changes = { properties: { port: null, connectionTimeout: 500 }, configuration: { credentials: { password: 'n3w' } } };
  await assert.rejects(client.datasources.patch('crm', changes, { ifMatch: 'v1' }), { kind: 'conflict', status: 412 });
  const patch = of(`PATCH ${base}`)[0];
  assert.deepEqual(JSON.parse(patch.body), { name: 'crm', ...changes });
  assert.equal(new Headers(patch.headers).get('if-match'), '"v1"');
  await assert.rejects(client.datasources.delete('crm', { ifMatch: 'v1' }), { kind: 'conflict', status: 412 });
  await assert.rejects(client.datasources.delete('crm', { ifMatch: 'a\r\nb' }), { kind: 'invalid', field: 'ifMatch' });
});

test("a client's operations share one budget of retries", async () => {
  const list = `GET ${base}`;
  const { client, of } = await connected({ [list]: () => json({}, 503, { 'retry-after': '0' }) });
  for (let i = 0; i < 8; ++i) await assert.rejects(client.datasources.list());
  // Ten to spend at first, two for each of the first five lists; connecting earned a tenth of one and was above it.
  assert.equal(of(list).length, 8 + 10);
});

test('PromQL at one moment and over a range, with NaN and the infinities', async () => {
  const route = 'POST /_plugins/_directquery/_query/metrics';
  const matrix = [{ metric: { job: 'p' }, values: [[1.5, '1'], [2, 'NaN'], [3, '+Inf']] }];
  const { client, of } = await connected({
    [route]: () => json({ queryId: 'q', results: { metrics: { resultType: 'matrix', result: matrix } } }),
  });
  const { series, ...rest } = await client.directQuery('metrics', { text: 'up', start: 1, end: 3, step: 1 });
  assert.deepEqual(rest, { id: 'q', session: '', type: 'matrix' });
  assert.deepEqual([...series[0].times], [1.5, 2, 3]);
  assert.deepEqual([...series[0].values], [1, NaN, Infinity]);
  await client.directQuery('metrics', { text: 'up', time: 1795486126 });
  assert.deepEqual(
    of(route).map(({ body }) => JSON.parse(body).options),
    [
      { queryType: 'range', start: '1', end: '3', step: '1' },
      { queryType: 'instant', time: '1795486126' },
    ],
  );
});

test('a result writes itself as CSV and as the server sends it', async () => {
  const { client } = await connected({
    [sql]: () =>
      rows(
        { n: 'long', t: 'keyword', d: 'double', b: 'boolean', o: 'object' },
        '[[9007199254740993,"a,\\"b\\"",1.5,true,{"x":[1]}],[null,"=1+1",null,false,null]]',
      ),
  });
  const result = await client.sql('x');
  assert.equal(
    result.toCSV(),
    'n,t,d,b,o\n9007199254740993,"a,""b""",1.5,true,"{""x"":[1]}"\n,=1+1,,false,',
  );
  assert.match(result.toCSV({ separator: '|', guardFormulas: true }), /\n\|'=1\+1\|\|false\|$/);
  for (const separator of ['', '||', '"', '\n', 'é']) assert.throws(() => result.toCSV({ separator }), RangeError);
  const text = result.toJDBC();
  assert.match(text, /"datarows":\[\[9007199254740993,"a,\\"b\\"",1.5,true,\{"x":\[1\]\}\],/);
  assert.equal(JSON.parse(text).size, 2);
  result.dispose();
  assert.throws(() => result.toCSV(), /was disposed of/);
  assert.throws(() => result.toJDBC(), /was disposed of/);
});

test('what a source holds comes in pages', async () => {
  const page = {
    name: 'crm',
    schemas: ['public'],
    total: 2,
    tables: [
      { schema: 'public', name: 't', type: 'table', columns: [{ name: 'id', type: 'long', nullable: false }] },
      { schema: 'public', name: 'v', type: 'view', columns: [], problem: 'permission denied' },
    ],
    next: 'public/v',
  };
  const { client, requests } = await connected({ [`GET ${base}/crm/_schema`]: () => json(page) });
  assert.deepEqual(await client.datasources.schema('crm', { schema: 'public', size: 2, after: 'a&b' }), page);
  assert.match(requests.at(-1).url, /_schema\?size=2&schema=public&after=a%26b$/);
  await client.datasources.schema('crm');
  assert.match(requests.at(-1).url, /_schema\?size=100$/);
});

test('a statement carries the id that it can be cancelled by', async () => {
  const cancelled = 'DELETE /_plugins/_query/_queries/mine';
  const { client, of } = await connected({
    [sql]: () => rows({ n: 'integer' }, '[]'),
    [cancelled]: () => json({ cancelled: 2 }),
  });
  await client.sql('x', { id: 'mine' });
  assert.equal(of(sql)[0].headers.get('x-opaque-id'), 'mine');
  await client.sql('x');
  assert.equal(of(sql)[1].headers.get('x-opaque-id'), null);
  assert.equal(await client.cancel('mine'), 2);
  await assert.rejects(client.cancel(''), InvalidError);
});

test('a result says how old it is when the server gave an earlier reply again', async () => {
  const cached = (init, count) => {
    const fresh = new Headers(init.headers).get('cache-control') === 'no-cache';
    const reply = rows({ n: 'integer' }, `[[${count}]]`);
    const headers = fresh ? { 'X-Result-Cache': 'bypass' } : { 'X-Result-Cache': 'hit', Age: '12' };
    return new Response(reply.body, { headers });
  };
  const { client } = await connected({ [sql]: cached });
  assert.equal((await client.sql('select 1')).cacheAge, 12);
  assert.equal((await client.sql('select 1', { cacheControl: 'no-cache' })).cacheAge, undefined);
  const ages = [];
  const whole = await client.sql('select 1', { onRows: ({ cacheAge }) => ages.push(cacheAge) });
  assert.deepEqual([whole.cacheAge, ...new Set(ages)], [12, 12]);
  const plain = await connected({ [sql]: () => rows({ n: 'integer' }, '[]') });
  assert.equal((await plain.client.sql('select 1')).cacheAge, undefined);
});
