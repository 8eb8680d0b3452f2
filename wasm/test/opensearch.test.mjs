// The client against what was recorded from a real OpenSearch 3.4.0: a request that is not in the recording has no
// reply.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';

import { Client, InvalidError, NotFoundError, ServerError } from 'datasource-sdk';

const recordings = JSON.parse(
  await readFile(new URL('../../tests/recordings/opensearch-3.4.0.json', import.meta.url), 'utf8'),
);

/** What a body says; some that were recorded are no JSON. */
function parsed(body) {
  try {
    return JSON.parse(body ?? '');
  } catch {
    return body || undefined;
  }
}

/** A client whose server answers each recorded request of a story once, in any order. */
async function replay(name) {
  const left = [...recordings.find(({ story }) => story === name).exchanges];
  const fetch = async (url, { method, body }) => {
    if (url.endsWith('/_health')) return new Response('{"error":"no handler found"}', { status: 400 });
    const path = decodeURIComponent(url.slice('http://opensearch.test'.length));
    const at = left.findIndex(
      ({ request }) =>
        request.method === method &&
        request.path === path &&
        isDeepStrictEqual(parsed(request.body), parsed(body)),
    );
    if (at === -1) return new Response(`${method} ${path} ${body ?? ''} was not recorded`, { status: 501 });
    const [{ response }] = left.splice(at, 1);
    return new Response(response.body || null, { status: response.status, headers: response.headers });
  };
  return Client.connect({ url: 'http://opensearch.test', fetch });
}

test('SQL: columns, parameters, CSV, explain, statistics, errors', async () => {
  const client = await replay('sql');
  assert.equal(client.server, null);
  const young = await client.sql('SELECT * FROM people WHERE age = 25');
  assert.equal(young.rowCount, 1);
  const old = await client.sql('SELECT name FROM people WHERE age > ? ORDER BY name', { parameters: [45] });
  assert.ok(old.rowCount > 0);
  assert.match(
    await client.queryText({ text: 'SELECT name, bio FROM people ORDER BY name LIMIT 3', format: 'csv' }),
    /^name,bio\np00,\np01,"Line ""1""/,
  );
  assert.match(
    await client.queryText({ text: 'SELECT name, bio FROM people ORDER BY name LIMIT 3', format: 'raw' }),
    /^name\|bio\n/,
  );
  assert.equal((await client.explain('SELECT name FROM people WHERE age > 30')).root.name, 'ProjectOperator');
  assert.equal(typeof (await client.statistics()).request_total, 'number');
  await assert.rejects(client.sql('SELECT nope FROM people'), InvalidError);
  await assert.rejects(client.sql('SELECT * FROM nope'), NotFoundError);
});

test('PPL: columns, CSV, explain, errors', async () => {
  const client = await replay('ppl');
  const result = await client.ppl('source=people | eval x = age * 2 | fields x | head 2');
  assert.deepEqual(
    [...result.rows()].map(({ x }) => typeof x),
    ['number', 'number'],
  );
  const text = 'source=people | fields name | sort name | head 2';
  assert.match(await client.queryText({ text, language: 'ppl', format: 'raw' }), /^name\np00\np01/);
  const plan = await client.explain({ text: 'source=people | where age > 30 | fields name', language: 'ppl' });
  assert.match(plan.calcite.logical, /LogicalSystemLimit/);
  await assert.rejects(client.ppl('source=people | nocommand'), InvalidError);
});

test('pages follow the cursor to its end; one that is left is closed', async () => {
  const client = await replay('sql cursor paging');
  const names = [];
  const sizes = [];
  for await (const page of client.pages({ text: 'SELECT name, age FROM people ORDER BY age', fetchSize: 11 })) {
    sizes.push(page.rowCount);
    for (const { name } of page.rows()) names.push(name);
    page.dispose();
  }
  assert.deepEqual(sizes, [11, 11, 8]);
  assert.equal(new Set(names).size, 30);
  for await (const { name } of client.pages({ text: 'SELECT name FROM people', fetchSize: 5 }).rows()) {
    assert.match(name, /^p\d\d$/);
    break;
  }
});

test('a patch names what it changes, and its result index goes with the status that was read', async () => {
  const client = await replay('patch');
  const { datasources } = client;
  assert.equal((await datasources.patch('p1', { description: 'two' })).message, 'Updated DataSource with name p1');
  assert.equal((await datasources.get('p1')).description, 'two');
  await datasources.patch('p1', { allowedRoles: ['b', 'c'] });
  await datasources.patch('p1', { status: 'DISABLED' });
  await assert.rejects(datasources.patch('missing', { description: 'x' }), NotFoundError);
});

test('direct queries and resources of Prometheus', async () => {
  const client = await replay('direct query prometheus');
  const exchange = recordings
    .find(({ story }) => story === 'direct query prometheus')
    .exchanges.find(({ request }) => request.body?.includes('"range"'));
  const { start, end, step } = JSON.parse(exchange.request.body).options;
  const query = { text: 'up', language: 'promql', options: { queryType: 'range', start, end, step } };
  const result = await client.directQuery('metrics', query);
  assert.equal(result.type, 'matrix');
  assert.equal(result.series[0].labels.job, 'prometheus');
  assert.ok(result.series[0].times instanceof Float64Array && result.series[0].times.length > 0);
  assert.deepEqual(new Set(result.series[0].values), new Set([1]));
  await assert.rejects(client.directQuery('metrics', { text: 'up{', time: 1795486126 }), InvalidError);
  await assert.rejects(client.directQuery('nope', { text: 'up', time: 1 }), ServerError);

  const resources = client.resources('metrics');
  assert.ok((await resources.labels()).includes('goarch'));
  assert.deepEqual(await resources.labelValues('job'), ['prometheus']);
  const metadata = await resources.metadata({ limit: 2 });
  assert.equal(Object.keys(metadata).length, 2);
  for (const [known] of Object.values(metadata)) assert.deepEqual(Object.keys(known), ['type', 'help', 'unit']);
  assert.equal((await resources.series('up'))[0].__name__, 'up');
  assert.deepEqual(await resources.alerts(), []);
  const groups = await resources.rules();
  assert.ok(groups.length > 0 && groups[0].rules.length > 0);
  await assert.rejects(client.resources('nope').labels(), InvalidError);
});

test('settings are set and put back', async () => {
  const client = await replay('query settings');
  const size = 'plugins.query.size_limit';
  assert.deepEqual(await client.settings({ transient: { [size]: '50' } }), {
    persistent: {},
    transient: { [size]: '50' },
  });
  assert.deepEqual(await client.settings({ transient: { [size]: null } }), { persistent: {}, transient: {} });
  await assert.rejects(client.settings({ transient: { 'nope.setting': '1' } }), InvalidError);
  await assert.rejects(client.settings({}), { kind: 'invalid', field: 'settings' });
});

test('an async query that the server cannot run is its error', async () => {
  const client = await replay('async query without a Spark engine');
  const run = (dataSource) => client.asyncQuery({ dataSource, text: 'SELECT 1' });
  await assert.rejects(run('my_glue'), ServerError);
  await assert.rejects(run('nope'), NotFoundError);
  await assert.rejects(run(''), { kind: 'invalid', field: 'datasource' });
});
