// An OpenSearch beside the gateway: its data sources beside ours, and what only it understands. It is a gateway in its dialect for the
// sources, and replays what a real one was recorded to answer for the rest.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { curl, repository, startGateway } from '../support/gateway.mjs';
import { freePort } from '../support/process.mjs';

const base = '/_plugins/_query/_datasources';

/** Sources as an OpenSearch keeps them, which shows a write only after it was asked twice; statements from the recordings. */
async function startUpstream() {
  const registry = await startGateway({ args: ['--dialect', 'opensearch'] });
  const stories = JSON.parse(await readFile(join(repository, 'tests/recordings/opensearch-3.4.0.json'), 'utf8'));
  const recorded = new Map();
  for (const { request, response } of stories.flatMap(({ exchanges }) => exchanges)) recorded.set(`${request.method} ${request.path} ${request.body ?? ''}`, response);
  const seen = [];
  let hidden = 0;
  const server = createServer(async (request, reply) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    seen.push({ method: request.method, path: request.url, body, authorization: request.headers.authorization });
    if (request.url.startsWith(base)) {
      const late = request.method === 'GET' && request.url !== base && hidden > 0 && hidden--;
      if (request.method === 'POST') hidden = 2;
      const path = late ? `${base}/not_yet_there` : request.url;
      const answer = await fetch(registry.url + path, { method: request.method, body: body || undefined, headers: body ? { 'Content-Type': 'application/json' } : {} });
      reply.writeHead(answer.status, { 'Content-Type': answer.headers.get('content-type') ?? 'application/json' });
      reply.end(answer.status === 204 ? undefined : await answer.text());
      return;
    }
    const answer = recorded.get(`${request.method} ${request.url} ${body}`);
    const headers = answer && { 'Content-Type': Object.entries(answer.headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? 'application/json' };
    reply.writeHead(answer?.status ?? 599, headers);
    reply.end(answer?.body);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    seen,
    stories,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await registry.stop();
    },
  };
}

describe('an OpenSearch beside the gateway', { timeout: 120_000 }, () => {
  let upstream, gateway;
  before(async () => {
    upstream = await startUpstream();
    gateway = await startGateway({ samples: true, args: ['--opensearch-url', upstream.url] });
  });
  after(async () => {
    await gateway?.stop();
    await upstream?.stop();
  });

  const glue = {
    name: 'lake',
    connector: 's3glue',
    properties: {
      'glue.auth.type': 'iam_role',
      'glue.auth.role_arn': 'arn:aws:iam::123456789012:role/GlueRole',
      'glue.indexstore.opensearch.uri': 'http://127.0.0.1:9200',
      'glue.indexstore.opensearch.auth': 'noauth',
    },
  };
  const marks = async () => (await curl(gateway.url, 'GET', base)).json().map(({ name, engine }) => [name, engine]);

  test('its sources are listed beside ours, and each is made, read, changed and removed where it lives', async () => {
    const created = await curl(gateway.url, 'POST', base, glue);
    assert.equal(created.status, 201, created.text);
    assert.equal(created.json().engine, 'opensearch');
    assert.deepEqual(await marks(), [['events', undefined], ['shop', undefined], ['lake', 'opensearch']]);
    const read = (await curl(gateway.url, 'GET', `${base}/lake`)).json();
    assert.deepEqual([read.name, read.connector, read.engine], ['lake', 's3glue', 'opensearch']);
    assert.equal((await curl(gateway.url, 'GET', `${base}/shop`)).json().connector, 'sqlite');

    const updated = await curl(gateway.url, 'PUT', base, { ...glue, description: 'The lake' });
    assert.equal(updated.status, 200, updated.text);
    assert.equal((await curl(gateway.url, 'GET', `${base}/lake`)).json().description, 'The lake');
    const patched = await curl(gateway.url, 'PATCH', base, { name: 'lake', status: 'DISABLED' });
    assert.equal(patched.status, 200, patched.text);
    assert.equal((await curl(gateway.url, 'GET', `${base}/lake`)).json().status, 'DISABLED');

    assert.equal((await curl(gateway.url, 'GET', `${base}/lake/_schema`)).status, 501);
    assert.equal((await curl(gateway.url, 'DELETE', `${base}/lake`)).status, 200);
    assert.equal((await curl(gateway.url, 'GET', `${base}/lake`)).status, 404);
    assert.deepEqual(await marks(), [['events', undefined], ['shop', undefined]]);
  });

  test('a connector that both read is made here, unless the upstream is named', async () => {
    const metrics = { name: 'metrics', connector: 'prometheus', properties: { 'prometheus.uri': 'http://127.0.0.1:9090' } };
    assert.equal((await curl(gateway.url, 'POST', base, metrics)).json().engine, undefined);
    const taken = await curl(gateway.url, 'POST', base, { ...metrics, engine: 'opensearch' });
    assert.equal(taken.status, 409, taken.text);
    assert.equal((await curl(gateway.url, 'POST', base, { ...metrics, name: 'theirs', engine: 'opensearch' })).status, 201);
    assert.deepEqual((await marks()).filter(([name]) => name !== 'events' && name !== 'shop'), [['metrics', undefined], ['theirs', 'opensearch']]);
    for (const name of ['metrics', 'theirs']) assert.equal((await curl(gateway.url, 'DELETE', `${base}/${name}`)).status, 200);
    const connectors = (await curl(gateway.url, 'GET', `${base}/_connectors`)).json();
    assert.ok(JSON.stringify(connectors).includes('"s3glue"'));
  });

  test('statements over our sources are answered here, all others there, as they came', async () => {
    const own = await curl(gateway.url, 'POST', '/_plugins/_sql', { query: 'select count(*) from shop.customers' });
    assert.equal(own.status, 200, own.text);
    let passed = 0;
    for (const { request, response } of upstream.stories.flatMap(({ exchanges }) => exchanges)) {
      if (!/_ppl|_async_query|_directquery|_sql(\/close|\/_explain)?$/.test(request.path.split('?')[0]) || !request.body) continue;
      const json = (() => { try { return JSON.parse(request.body); } catch { return {}; } })();
      if (/_sql/.test(request.path) && !/from|show|describe/i.test(json.query ?? '') && !json.cursor) continue;
      const before = upstream.seen.length;
      const reply = await curl(gateway.url, request.method, request.path.replaceAll('[]', '%5B%5D'), request.body);
      assert.equal(upstream.seen.length, before + 1, request.body);
      assert.equal(upstream.seen.at(-1).body, request.body);
      assert.equal(reply.status, upstream.seen.at(-1).path === request.path ? response.status : reply.status);
      passed += 1;
    }
    assert.ok(passed > 40, `${passed} statements went through`);
  });

  test("the caller's credentials go along, and a token that is the gateway's own does not", async () => {
    const headers = { Authorization: `Basic ${Buffer.from('ann:s3cret').toString('base64')}` };
    await curl(gateway.url, 'POST', '/_plugins/_ppl', { query: 'show datasources' }, headers);
    assert.equal(upstream.seen.at(-1).authorization, headers.Authorization);
    const closed = await startGateway({ args: ['--opensearch-url', upstream.url], env: { DATASOURCE_TOKEN: 'gateway-t0ken', OPENSEARCH_USERNAME: 'svc', OPENSEARCH_PASSWORD: 'pw' } });
    try {
      await curl(closed.url, 'POST', '/_plugins/_ppl', { query: 'show datasources' }, { Authorization: 'Bearer gateway-t0ken' });
      assert.equal(upstream.seen.at(-1).authorization, `Basic ${Buffer.from('svc:pw').toString('base64')}`);
    } finally {
      await closed.stop();
    }
  });

  test('an upstream that does not answer costs its own sources alone', async () => {
    const lonely = await startGateway({ samples: true, args: ['--opensearch-url', `http://127.0.0.1:${await freePort()}`] });
    try {
      const list = await fetch(`${lonely.url}${base}`);
      assert.equal(list.status, 200);
      assert.match(list.headers.get('warning'), /did not answer/);
      assert.equal((await list.json()).length, 2);
      const ppl = await curl(lonely.url, 'POST', '/_plugins/_ppl', { query: 'source = logs' });
      assert.equal(ppl.status, 502, ppl.text);
      assert.equal((await curl(lonely.url, 'POST', '/_plugins/_sql', { query: 'select count(*) from shop.customers' })).status, 200);
    } finally {
      await lonely.stop();
    }
  });
});
