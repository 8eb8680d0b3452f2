import assert from 'node:assert/strict';
import { test } from 'node:test';

import { CancelledError, Client } from 'datasource-sdk';

import { base, connected, json, rows, server, silence } from './fake.mjs';

const list = `GET ${base}`;

test('a GET is sent again after a transient status and after a broken connection', async () => {
  const { client, of } = await connected({
    [list]: (_, count) => {
      if (count === 1) return json({}, 503);
      if (count === 2) throw new TypeError('fetch failed');
      return json([]);
    },
  });
  assert.deepEqual(await client.datasources.list(), []);
  assert.equal(of(list).length, 3);
});

test('after three attempts the last error counts', async () => {
  const { client, of } = await connected({ [list]: () => json({ error: { reason: 'busy' } }, 503) });
  await assert.rejects(client.datasources.list(), { status: 503, retryable: true, message: 'busy' });
  assert.equal(of(list).length, 3);
});

test('a statement is never sent twice', async () => {
  const { client, of } = await connected({ 'POST /_plugins/_sql': () => json({ error: { reason: 'busy' } }, 503) });
  await assert.rejects(client.sql('select 1'), { status: 503 });
  assert.equal(of('POST /_plugins/_sql').length, 1);
  assert.deepEqual(JSON.parse(of('POST /_plugins/_sql')[0].body), { query: 'select 1' });
});

test('Retry-After is obeyed, and one that is too long ends it', async () => {
  const { client, of } = await connected({
    [list]: (_, count) => (count === 1 ? json({}, 429, { 'retry-after': '1' }) : json([])),
  });
  const start = performance.now();
  await client.datasources.list();
  assert.ok(performance.now() - start >= 990);
  assert.equal(of(list).length, 2);

  const patient = await connected({ [list]: () => json({}, 429, { 'retry-after': '3600' }) });
  await assert.rejects(patient.client.datasources.list(), { status: 429 });
  assert.equal(patient.of(list).length, 1);
});

test('a signal ends a request under way, a wait, and what has not begun', async () => {
  const cancelled = (reason) => (error) => {
    assert.ok(error instanceof CancelledError);
    assert.equal(error.kind, 'cancelled');
    assert.equal(error.cause, reason);
    return true;
  };
  const reason = new Error('the page was left');

  const inFlight = new AbortController();
  const { client, of } = await connected({ [list]: silence, 'POST /_plugins/_sql': silence, 'GET /wait': silence });
  const pending = client.datasources.list({ signal: inFlight.signal });
  inFlight.abort(reason);
  await assert.rejects(pending, cancelled(reason));

  const before = of(list).length;
  await assert.rejects(client.datasources.list({ signal: AbortSignal.abort(reason) }), cancelled(reason));
  assert.equal(of(list).length, before);

  const waiting = new AbortController();
  const busy = await connected({
    [list]: () => {
      queueMicrotask(() => setImmediate(() => waiting.abort(reason)));
      return json({}, 503, { 'retry-after': '20' });
    },
  });
  const start = performance.now();
  await assert.rejects(busy.client.datasources.list({ signal: waiting.signal }), cancelled(reason));
  assert.ok(performance.now() - start < 5000);
  assert.equal(busy.of(list).length, 1);
});

test('a signal ends a body that is still arriving', async () => {
  const controller = new AbortController();
  const body = (signal) =>
    new ReadableStream({
      start(stream) {
        stream.enqueue(new TextEncoder().encode('{"schema":'));
        signal.addEventListener('abort', () => stream.error(signal.reason));
        setImmediate(() => controller.abort());
      },
    });
  const { client } = await connected({ 'POST /_plugins/_sql': ({ signal }) => new Response(body(signal)) });
  await assert.rejects(client.sql('select 1', { signal: controller.signal }), CancelledError);
});

test('a time-out is told from a cancellation', async () => {
  const { client } = await connected({ 'POST /_plugins/_sql': silence });
  await assert.rejects(client.sql('select 1', { signal: AbortSignal.timeout(20) }), { kind: 'timeout' });
});

test('the signal of connect counts', async () => {
  const { fetch } = server({ 'GET /_health': silence });
  await assert.rejects(Client.connect({ url: 'http://gateway.test', fetch, signal: AbortSignal.timeout(20) }), {
    kind: 'timeout',
  });
});

test('close() ends what is under way and refuses what comes', async () => {
  const { client, of } = await connected({ [list]: silence });
  const pending = client.datasources.list();
  const alsoPending = client.datasources.list({ signal: new AbortController().signal });
  client.close();
  await assert.rejects(pending, CancelledError);
  await assert.rejects(alsoPending, CancelledError);
  const before = of(list).length;
  await assert.rejects(client.datasources.list(), { kind: 'cancelled', message: 'the client is closed' });
  assert.equal(of(list).length, before);

  const other = (await connected()).client;
  await other[Symbol.asyncDispose]();
  await assert.rejects(other.sql('select 1'), CancelledError);
});

test('listeners do not pile up on a signal that lives long', async () => {
  let listeners = 0;
  const { signal } = new AbortController();
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args) => {
    ++listeners;
    add(...args);
  };
  signal.removeEventListener = (...args) => {
    --listeners;
    remove(...args);
  };
  const { client } = await connected({ [list]: json([]) });
  for (let i = 0; i < 20; ++i) await client.datasources.list({ signal });
  assert.equal(listeners, 0);
});

test('a body that breaks off is a connection error; a redirect is not followed', async () => {
  const broken = () =>
    new ReadableStream({
      start(stream) {
        stream.enqueue(new Uint8Array(10));
        stream.error(new TypeError('terminated'));
      },
    });
  const opaque = Object.defineProperty(new Response(), 'type', { value: 'opaqueredirect' }); // a browser's
  const { client } = await connected({
    'POST /_plugins/_sql': () => new Response(broken()),
    'POST /_plugins/_ppl': () => opaque,
    [list]: () => new Response(null, { status: 302, headers: { location: 'http://elsewhere.test' } }),
  });
  await assert.rejects(client.sql('select 1'), {
    kind: 'connection',
    message: /broke the connection off in the middle of its reply/,
  });
  await assert.rejects(client.datasources.list(), { kind: 'server', message: /redirects to http:\/\/elsewhere.test; use that one/ });
  await assert.rejects(client.ppl('source = a'), { kind: 'server', message: /redirects to another address/ });
});

test('many operations at a time do not mix', async () => {
  const { client } = await connected({
    'POST /_plugins/_sql': async ({ body }) => {
      const number = Number(JSON.parse(body).query);
      await new Promise((resolve) => setTimeout(resolve, (number * 7919) % 13));
      return rows({ n: 'long' }, `[[${number}]]`);
    },
  });
  const results = await Promise.all(Array.from({ length: 100 }, (_, i) => client.sql(String(i))));
  assert.deepEqual(
    results.map((result) => result.columns[0].get(0)),
    Array.from({ length: 100 }, (_, i) => BigInt(i)),
  );
});
