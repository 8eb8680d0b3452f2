// Trino without a gateway, against exchanges that were recorded from a real one.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { gunzip, gunzipSync, gzipSync } from 'node:zlib';

import { CancelledError, ConnectionError, InvalidError, MalformedError, NotFoundError, UnsupportedError } from 'datasource-sdk';
import { TrinoClient } from 'datasource-sdk/trino';

import { bytesToLoad, entries } from '../size.mjs';
import { json, silence } from './fake.mjs';

const recordings = JSON.parse(await readFile(new URL('../../tests/recordings/trino-476.json', import.meta.url), 'utf8'));
const origin = 'http://trino:8080';

/** A fetch that answers as the recorded server did, and insists on what that was asked. */
function replay(name) {
  const exchanges = recordings.find(({ story }) => story === name).exchanges.slice();
  const requests = [];
  const fetch = async (url, init) => {
    init.signal?.throwIfAborted();
    if (url === `${origin}/v1/info`) return json({ nodeVersion: { version: '476' } });
    const { request, response } = exchanges.shift() ?? assert.fail(`nothing follows in the story; asked for ${url}`);
    requests.push({ ...init, url, headers: new Headers(init.headers) });
    assert.equal(`${init.method} ${url}`, `${request.method} ${origin}${request.path}`);
    assert.equal(init.body ?? null, request.body);
    for (const [header, value] of Object.entries(request.headers)) assert.equal(new Headers(init.headers).get(header), value, header);
    return new Response(response.body, { status: response.status, headers: response.headers });
  };
  return { fetch, requests, left: exchanges, statement: exchanges[0].request.body };
}

const connect = (fetch, more) => TrinoClient.connect({ url: origin, user: 'recorder', fetch, ...more });

/** A client of a server that tells that story, and the story. */
async function telling(name) {
  const story = replay(name);
  return { ...story, client: await connect(story.fetch) };
}

/** Answers with these, one after the other; notes what it was asked. */
function script(...replies) {
  const requests = [];
  const fetch = async (url, init) => {
    if (url.endsWith('/v1/info')) return json({ nodeVersion: { version: '476' } });
    requests.push({ ...init, url, headers: new Headers(init.headers) });
    const next = replies.shift() ?? assert.fail(`nothing more was expected; asked for ${url}`);
    return typeof next === 'function' ? next(init) : next;
  };
  return { fetch, requests };
}

const page = (more) => json({ id: 'q', stats: { state: 'RUNNING', progressPercentage: 12.5, totalSplits: 8 }, ...more });
const columns = [{ name: 'a', type: 'integer', typeSignature: { rawType: 'integer', arguments: [] } }];

test('connecting asks for the version, and finds out what is no Trino', async () => {
  assert.equal((await connect(script().fetch)).version, '476');
  const other = (reply) => connect(async () => reply);
  await assert.rejects(other(json({ status: 'ok' })), MalformedError);
  await assert.rejects(other(new Response('no', { status: 404 })), NotFoundError);
  await assert.rejects(connect(async () => { throw new TypeError('fetch failed'); }), ConnectionError);
  await assert.rejects(connect(script().fetch, { url: 'trino:8080' }), InvalidError);
});

test('every type arrives exactly, times in UTC', async () => {
  const { client, statement, left } = await telling('every type');
  const result = await client.sql(statement);
  assert.equal(left.length, 0);
  assert.deepEqual(
    result.columns.map(({ type }) => type),
    [
      ...['boolean', 'byte', 'short', 'integer', 'long', 'float', 'double', 'decimal', 'keyword', 'keyword', 'binary'],
      ...['date', 'time', 'timestamp', 'timestamp', 'interval', 'array', 'object', 'object', 'object', 'keyword', 'ip'],
      ...['double', 'double', 'undefined', 'keyword'],
    ],
  );
  assert.deepEqual(Object.values(result.row(0)).slice(0, 25), [
    ...[true, -1, 2, 3, 9223372036854775807n, 0.5, 0.1, '12345678901234567890.0123456789', 'text', 'ab ', 'AP8='],
    ...['2024-02-29', '12:00:00.5', '2024-02-29 12:34:56.789', '2024-02-28 22:30:00.5', '2 00:00:00.000'],
    ...['[1.50,null]', '{"k":9007199254740993}', '{"x":1,"y":"2023-12-31 23:00:00"}', '{"a":[1]}'],
    ...['00000000-0000-0000-0000-000000000001', '10.0.0.1', NaN, -Infinity, null],
  ]);
  assert.equal(result.rowCount, 2);
  assert.match(result.id, /^20261125_/);
  assert.equal(result.stats.state, 'FINISHED');
  assert.equal(result.updateCount, undefined);
  result.dispose();
  assert.throws(() => result.row(0), /disposed/);
});

test('a result of several replies is one, and one without rows has columns', async () => {
  const { client, statement } = await telling('several pages');
  const result = await client.sql(statement);
  assert.equal(result.rowCount, 1500);
  assert.deepEqual(result.column('n').values, BigInt64Array.from({ length: 1500 }, (_, i) => BigInt(i + 1)));
  const other = await telling('no rows');
  const none = await other.client.sql(other.statement);
  assert.equal(none.rowCount, 0);
  assert.deepEqual(none.columns.map(({ name, type }) => [name, type]), [['a', 'integer']]);
});

test('a fault names its place in the statement, and is told by its kind', async () => {
  const { client, statement } = await telling('syntax error');
  await assert.rejects(client.sql(statement), (error) => {
    assert.ok(error instanceof InvalidError);
    assert.equal(error.type, 'SYNTAX_ERROR');
    assert.match(error.message, /^line 2:1: /);
    assert.deepEqual(error.location, { line: 2, column: 1 });
    return true;
  });
  const other = await telling('no such catalog');
  await assert.rejects(other.client.sql(other.statement), NotFoundError);
});

test('rows that cannot be read end the statement on the server', async () => {
  const { client, statement, left, requests } = await telling("region's zone");
  await assert.rejects(client.sql(statement), (error) => error instanceof UnsupportedError && /AT TIME ZONE/.test(error.message));
  assert.equal(requests.at(-1).method, 'DELETE');
  assert.equal(left.length, 0);
});

test('values for parameters are sent as expressions of their types', async () => {
  const { client, left } = await telling('parameters');
  const result = await client.sql('SELECT ? AS a, ? AS b, ? AS c', {
    parameters: [45, "it's", { type: 'date', value: '2024-02-29' }],
  });
  assert.deepEqual(result.row(0), { a: 45, b: "it's", c: '2024-02-29' });
  assert.equal(left.length, 0);
  await assert.rejects(client.sql('SELECT ?', { parameters: [{ type: 'ip', value: '1' }] }), InvalidError);
});

test('what statements change of the session holds for those that follow', async () => {
  const { client, left } = await telling('session');
  await client.sql("SET SESSION query_max_run_time = '5m'");
  assert.deepEqual(client.session.properties, { query_max_run_time: '5m' });
  await client.sql('PREPARE p FROM SELECT ? + 1');
  assert.deepEqual(Object.keys(client.session.prepared), ['p']);
  const result = await client.sql('EXECUTE p USING 4');
  assert.deepEqual(Object.values(result.row(0)), [5]);
  await client.sql('RESET SESSION query_max_run_time');
  await client.sql('DEALLOCATE PREPARE p');
  assert.deepEqual([client.session.properties, client.session.prepared], [{}, {}]);
  assert.equal(left.length, 0);
});

test('pages come one by one, and a loop that is left early ends the statement on the server', async () => {
  const { client, statement } = await telling('several pages');
  let rows = 0;
  for await (const page of client.pages(statement)) {
    rows += page.rowCount;
    page.dispose();
  }
  assert.equal(rows, 1500);
  const next = `${origin}/v1/statement/executing/q/1`;
  const { fetch, requests } = script(page({ nextUri: next, columns, data: [[1], [2]] }), new Response(null, { status: 204 }));
  for await (const row of (await connect(fetch)).pages('select').rows()) {
    assert.deepEqual(row, { a: 1 });
    break;
  }
  assert.deepEqual([requests[1].method, requests[1].url], ['DELETE', next]);
});

test('a signal ends the statement on the server', async () => {
  const stop = new AbortController();
  const next = `${origin}/v1/statement/executing/q/1`;
  const answer = (init) => {
    queueMicrotask(() => stop.abort());
    return silence(init);
  };
  const { fetch, requests } = script(page({ nextUri: next }), answer, new Response(null, { status: 204 }));
  const client = await connect(fetch);
  await assert.rejects(client.sql('select', { signal: stop.signal }), CancelledError);
  assert.deepEqual(requests.map(({ method }) => method), ['POST', 'GET', 'DELETE']);
  assert.equal(requests[2].url, next);
  client.close();
  await assert.rejects(client.sql('select'), CancelledError);
});

test('progress tells the numbers of the last reply', async () => {
  const { fetch } = script(page({ nextUri: `${origin}/v1/statement/x` }), page({ columns, data: [[1]], updateType: 'INSERT', updateCount: 7, warnings: [{ message: 'slow' }] }));
  const told = [];
  const result = await (await connect(fetch)).sql('select', { onProgress: ({ state, requests, stats }) => told.push([state, requests, stats?.progress, stats?.totalSplits]) });
  assert.deepEqual(told[0], ['sending', 1, undefined, undefined]);
  assert.deepEqual(told.find(([state, requests]) => state === 'sending' && requests === 2), ['sending', 2, 12.5, 8]);
  assert.deepEqual([result.updateType, result.updateCount, result.warnings], ['INSERT', 7, ['slow']]);
});

test('who calls and how it begins is said with every statement; credentials go to no other server', async () => {
  const { fetch, requests } = script(page({ nextUri: 'https://elsewhere/v1/statement/x' }));
  const client = await connect(fetch, { url: 'https://trino:8443/', user: 'ada', password: 's3cret', catalog: 'crm', schema: 'public', session: { query_max_run_time: '5m' }, clientTags: ['a', 'b'], timeZone: 'Europe/Berlin' });
  await assert.rejects(client.sql('select'), (error) => error instanceof MalformedError && !/s3cret/.test(error.message));
  const { headers, url } = requests[0];
  assert.equal(url, 'https://trino:8443/v1/statement');
  assert.equal(headers.get('authorization'), `Basic ${btoa('ada:s3cret')}`);
  const said = ['User', 'Catalog', 'Schema', 'Session', 'Client-Tags', 'Time-Zone', 'Source'].map((name) => headers.get(`X-Trino-${name}`));
  assert.deepEqual(said, ['ada', 'crm', 'public', 'query_max_run_time=5m', 'a,b', 'Europe/Berlin', 'datasource-sdk']);
  const bearer = script(page({ columns, data: [[1]] }));
  await (await connect(bearer.fetch, { user: undefined, token: 't0ken' })).sql('select');
  assert.equal(bearer.requests[0].headers.get('authorization'), 'Bearer t0ken');
  assert.equal(bearer.requests[0].headers.get('x-trino-user'), null);
});

/** A page of rows that are elsewhere, or packed. */
const spooled = (encoding, segments, more) => page({ columns, data: { encoding, segments }, ...more });
const store = 'http://store:9000';
const inStore = { type: 'spooled', uri: `${store}/a?signature=x`, ackUri: `${origin}/v1/spooled/ack/a`, headers: { 'x-amz-key': ['k'] }, metadata: { rowsCount: 2 } };
const none = () => new Response(null, { status: 204 });

test('rows that the server keeps beside its replies are fetched, without credentials, and acknowledged', async () => {
  const inReply = { type: 'inline', data: btoa('[[4]]'), metadata: { rowsCount: 1 } };
  const next = `${origin}/v1/statement/x`;
  const server = script(spooled('json', [inStore, inReply], { nextUri: next }), new Response('[[1],[2]]'), none(), spooled('json', [{ ...inStore, uri: `${origin}/v1/spooled/download/b`, ackUri: undefined }]), new Response('[[5]]'));
  const client = await connect(server.fetch, { token: 't0ken', unpack: () => assert.fail('nothing is packed') });
  const result = await client.sql('select');
  assert.deepEqual([...result.column('a').values], [1, 2, 4, 5]);
  const [post, fetched, acknowledged, , own] = server.requests;
  assert.equal(post.headers.get('x-trino-query-data-encoding'), 'json+zstd,json');
  assert.deepEqual([fetched.method, fetched.url, ...fetched.headers], ['GET', inStore.uri, ['x-amz-key', 'k']]);
  assert.equal(acknowledged.url, inStore.ackUri);
  for (const { headers } of [acknowledged, own]) assert.deepEqual([headers.get('authorization'), headers.get('x-amz-key')], ['Bearer t0ken', 'k']);
  assert.equal(server.requests.length, 5);
});

test('a piece that is somewhere else is followed there, without credentials', async () => {
  const moved = (location) => new Response(null, { status: 303, headers: { location } });
  const own = { ...inStore, uri: `${origin}/v1/spooled/download/a` };
  const server = script(spooled('json', [own]), moved(`${store}/b`), new Response('[[1]]'), none());
  assert.equal((await (await connect(server.fetch, { token: 't0ken' })).sql('select')).rowCount, 1);
  assert.deepEqual(server.requests.map(({ url, headers }) => [new URL(url).origin, headers.get('authorization')]), [[origin, 'Bearer t0ken'], [origin, 'Bearer t0ken'], [store, null], [origin, 'Bearer t0ken']]);
  const circle = script(spooled('json', [own]), moved(own.uri), moved(own.uri), moved(own.uri));
  await assert.rejects((await connect(circle.fetch)).sql('select'), { kind: 'server', message: /redirects to http:\/\/trino:8080\/v1\/spooled/ });
  const nowhere = script(spooled('json', [own]), moved('/b'));
  await assert.rejects((await connect(nowhere.fetch)).sql('select'), MalformedError);
});

test('a server that is not to be asked, or does not give its piece, ends the statement', async () => {
  const next = `${origin}/v1/statement/x`;
  const refused = script(spooled('json', [inStore], { nextUri: next }), none());
  await assert.rejects((await connect(refused.fetch, { otherServers: false })).sql('select'), (error) => error.kind === 'forbidden' && error.message.includes(store));
  assert.deepEqual(refused.requests.map(({ method, url }) => [method, url]).at(-1), ['DELETE', next]);
  const gone = script(spooled('json', [inStore], { nextUri: next }), new Response('no', { status: 404 }), none());
  await assert.rejects((await connect(gone.fetch)).sql('select'), { kind: 'server', message: /could not be fetched: status 404/ });
  assert.equal(gone.requests.at(-1).method, 'DELETE');
});

/** In place of Zstandard, which not every Node.js has: real packed rows are in tests/integration/trino_spooled.test.mjs. */
const packed = (text) => gzipSync(text);
const unpacking = { unpack: (bytes) => gunzipSync(bytes) };
const packedInStore = { ...inStore, metadata: { rowsCount: 2, uncompressedSize: 9 } };
const inReplyPacked = { type: 'inline', data: packed('[[3]]').toString('base64'), metadata: { rowsCount: 1, uncompressedSize: 5 } };
const packedRows = () => script(spooled('json+zstd', [packedInStore, inReplyPacked]), new Response(packed('[[1],[2]]')), none());

test('packed rows are unpacked by the function that is given', async () => {
  const { fetch } = packedRows();
  const sizes = [];
  const later = async (bytes, size) => {
    sizes.push(size);
    await null;
    return gunzipSync(bytes);
  };
  const result = await (await connect(fetch, { unpack: later })).sql('select');
  assert.deepEqual([...result.column('a').values], [1, 2, 3]);
  assert.deepEqual(sizes, [9, 5]);
  const pages = [];
  for await (const each of (await connect(packedRows().fetch, unpacking)).pages('select')) pages.push([...each.column('a').values]);
  assert.deepEqual(pages, [[1, 2], [3]]);
});

test('packed rows are unpacked by node:zlib, or by the engine, where these can', async (t) => {
  const built = process.getBuiltinModule;
  const zstdDecompress = (bytes, options, done) => gunzip(bytes, options, done);
  const found = t.mock.method(process, 'getBuiltinModule', (name) => (name === 'node:zlib' ? { zstdDecompress } : built(name)));
  const rows = async () => [...(await (await connect(packedRows().fetch)).sql('select')).column('a').values];
  assert.deepEqual(await rows(), [1, 2, 3]);
  assert.ok(found.mock.callCount() > 0);
  found.mock.mockImplementation(() => undefined);
  const Plain = globalThis.DecompressionStream;
  t.after(() => (globalThis.DecompressionStream = Plain));
  globalThis.DecompressionStream = function (format) {
    return new Plain(format === 'zstd' ? 'gzip' : format);
  };
  assert.deepEqual(await rows(), [1, 2, 3]);
  const long = script(spooled('json+zstd', [{ ...inReplyPacked, metadata: { uncompressedSize: 4 } }]));
  await assert.rejects((await connect(long.fetch)).sql('select'), { kind: 'malformed', message: /more than 4 bytes/ });
  globalThis.DecompressionStream = Plain;
  const { fetch, requests } = script(page({ columns, data: [[1]] }));
  await (await connect(fetch)).sql('select');
  assert.equal(requests[0].headers.get('x-trino-query-data-encoding'), 'json');
});

test('what does not unpack to what the server says ends the statement', async () => {
  const next = `${origin}/v1/statement/x`;
  for (const [unpack, message] of [
    [() => new Uint8Array(8), /unpacks to 8 bytes, where Trino says 9/],
    [() => new Uint8Array(10), /more than the 9 bytes/],
    [() => { throw new Error('no frame'); }, /cannot be unpacked: no frame/],
    [async () => Promise.reject(new Error('no frame')), /cannot be unpacked: no frame/],
    [() => undefined, /cannot be unpacked/],
  ]) {
    const server = script(spooled('json+zstd', [packedInStore], { nextUri: next }), new Response('x'), none(), none());
    await assert.rejects((await connect(server.fetch, { unpack })).sql('select'), (error) => error instanceof MalformedError && message.test(error.message));
    assert.equal(server.requests.at(-1).method, 'DELETE');
  }
});

test('a signal while rows are fetched or unpacked ends the statement on the server', async () => {
  const next = `${origin}/v1/statement/x`;
  for (const during of ['fetch', 'unpack']) {
    const stop = new AbortController();
    const asked = (init) => {
      if (during === 'unpack') return new Response(packed('[[1],[2]]'));
      queueMicrotask(() => stop.abort());
      return silence(init);
    };
    const server = script(spooled('json+zstd', [packedInStore, packedInStore], { nextUri: next }), asked, none(), none());
    const unpack = (bytes) => {
      stop.abort();
      return gunzipSync(bytes);
    };
    await assert.rejects((await connect(server.fetch, { unpack })).sql('select', { signal: stop.signal }), CancelledError);
    assert.deepEqual(server.requests.map(({ method }) => method), during === 'fetch' ? ['POST', 'GET', 'DELETE'] : ['POST', 'GET', 'GET', 'DELETE']);
  }
});

test('what is asked for is what was chosen of what can be unpacked, and nothing in a page', async () => {
  const asked = async (options) => {
    const { fetch, requests } = script(page({ columns, data: [[1]] }));
    await (await connect(fetch, options)).sql('select');
    return requests[0].headers.get('x-trino-query-data-encoding');
  };
  assert.equal(await asked({ encodings: [] }), null);
  assert.equal(await asked({ encodings: ['json'] }), 'json');
  assert.equal(await asked({ encodings: ['json', 'json+zstd'], ...unpacking }), 'json,json+zstd');
  const other = (encoding) => script(spooled(encoding, [{ type: 'inline', data: btoa('[[1]]'), metadata: {} }])).fetch;
  await assert.rejects((await connect(other('json+lz4'))).sql('select'), UnsupportedError);
  const text = `
    new Response(); // Node.js loads its fetch at the first use, and looks at its own version then
    Object.defineProperty(process, 'versions', { value: {} });
    const { TrinoClient } = await import('datasource-sdk/trino');
    const asked = [];
    const fetch = async (url, init) => {
      asked.push(new Headers(init.headers).get('x-trino-query-data-encoding'));
      return new Response(JSON.stringify(url.endsWith('info') ? { nodeVersion: { version: '1' } } : { id: 'q', stats: {} }));
    };
    for (const encodings of [undefined, ['json']]) await (await TrinoClient.connect({ url: 'http://trino', user: 'a', fetch, encodings })).sql('select');
    console.log(JSON.stringify(asked));`;
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', text], { encoding: 'utf8', cwd: new URL('.', import.meta.url) });
  assert.deepEqual(JSON.parse(said), [null, null, null, 'json']);
});

test('what is wrong with options and arguments is an error that names it, and nothing is sent', async () => {
  const field = async (work, name) => assert.rejects(work, (error) => error instanceof InvalidError && error.violations[0].field === name);
  await field(connect(script().fetch, { user: '', password: 'x' }), 'auth');
  await field(connect(script().fetch, { token: 'a\nb' }), 'auth.token');
  const client = await connect(script().fetch, { session: { a: 5 } });
  await field(client.sql('select'), 'properties.a');
  await field((await connect(script().fetch)).sql(''), 'text');
  for (const encodings of [['json+lz4'], [1], 'json+snappy']) await field((await connect(script().fetch, { encodings })).sql('select'), 'encodings');
});

test('each entry loads its own module, and only when it is used', () => {
  const run = (text) => execFileSync(process.execPath, ['--input-type=module', '-e', `
    import fs from 'node:fs'; import { syncBuiltinESMExports } from 'node:module';
    const { readFileSync } = fs; const read = [];
    fs.readFileSync = (file, ...more) => { if (String(file).endsWith('.wasm')) read.push(String(file).split('/').pop()); return readFileSync(file, ...more); };
    syncBuiltinESMExports();
    ${text}; console.log(JSON.stringify(read));`], { encoding: 'utf8', cwd: new URL('.', import.meta.url) }).trim();
  assert.equal(run("await import('datasource-sdk/trino')"), '[]');
  assert.equal(run("await (await import('datasource-sdk/trino')).load()"), '["trino-simd.wasm"]');
  assert.equal(run("await (await import('datasource-sdk')).load()"), '["datasource-simd.wasm"]');
});

test('there are at most 110 KiB to load, compressed by gzip', async () => {
  const { total } = await bytesToLoad(entries.find(({ script }) => script === 'trino.js'));
  assert.ok(total > 30_000 && total <= 110 * 1024, `${total} bytes`);
});
