// What a real OpenSearch 3.4.0 answered to data-source requests, held against the gateway over HTTP.

import assert from 'node:assert/strict';
import { lookup } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { repository, startGateway } from '../support/gateway.mjs';

const base = '/_plugins/_query/_datasources';
const stories = JSON.parse(await readFile(join(repository, 'tests/recordings/opensearch-3.4.0.json'), 'utf8'));

const isAboutDataSources = (story, { request: { path } }) => story === 'disabled source' || path.startsWith(base) || path === '/_cluster/settings';

/** What is not compared: the body of the request, and the members of its error; null for a reply that is not compared at all. */
const exceptions = new Map([
  ['name: x', null], // YAML, which the gateway does not read
  ['{"name":', ['reason']], // the text of Java's JSON parser
  ['{"name": "x1", "connector": "prometheus", "properties": {"prometheus.uri": "http://127.0.0.1:9090"}, "allowedRoles": "admin"}', ['reason']],
]);

/** Lists and the names in "Missing [a, b]" come from hash sets: their order says nothing. */
function withoutOrder(json) {
  if (Array.isArray(json)) return json.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const details = json?.error?.details;
  if (typeof details === 'string' && details.startsWith('Missing [')) json.error.details = details.replace(/\[(.*?)\]/, (_, names) => `[${names.split(', ').sort().join(', ')}]`);
  return json;
}

function comparable(text, uncompared) {
  if (!text) return null;
  const json = withoutOrder(JSON.parse(text));
  for (const member of uncompared ?? []) {
    delete json.error[member];
    for (const cause of json.error.root_cause ?? []) delete cause[member];
  }
  return json;
}

function send(url, agent, { method, path, headers, body }) {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const length = body ? { 'Content-Length': Buffer.byteLength(body) } : {};
    const sent = request({ hostname, port, method, path, agent, headers: { ...headers, ...length } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part) => (text += part)).once('end', () => resolve({ status: response.statusCode, headers: response.headers, text }));
    });
    sent.once('error', reject);
    sent.end(body || undefined);
  });
}

describe('a gateway in dialect opensearch', { timeout: 120_000 }, () => {
  let gateway;
  const agent = new Agent({ keepAlive: true });
  before(async () => (gateway = await startGateway({ args: ['--dialect', 'opensearch'], samples: true })));
  after(async () => {
    agent.destroy();
    await gateway?.stop();
  });

  /** Each story was recorded on a server without data sources and with the settings as they come. */
  async function reset() {
    const headers = { 'Content-Type': 'application/json' };
    const none = { 'plugins.query.datasources.limit': null, 'plugins.query.datasources.enabled': null };
    await send(gateway.url, agent, { method: 'PUT', path: '/_cluster/settings', headers, body: JSON.stringify({ persistent: none, transient: none }) });
    for (const { name } of JSON.parse((await send(gateway.url, agent, { method: 'GET', path: base })).text))
      await send(gateway.url, agent, { method: 'DELETE', path: `${base}/${encodeURIComponent(name)}` });
  }

  test('samples are not made, since none of its connectors could have them', async () => {
    assert.equal((await send(gateway.url, agent, { method: 'GET', path: base })).text.replaceAll(/\s/g, ''), '[]');
  });

  test('every recorded data-source exchange is answered as the real server answered it', async () => {
    // The recordings' machine knew no host `h`; neither may this one, but its resolver may say so in other words.
    const unknown = await lookup('h').then(() => assert.fail('there is a host named h here'), ({ code }) => code);
    const words = unknown === 'EAI_AGAIN' ? 'Temporary failure in name resolution' : 'Name or service not known';
    const counts = { compared: 0, leftOut: 0 };
    for (const { story, exchanges } of stories) {
      await reset();
      for (const exchange of exchanges) {
        if (!isAboutDataSources(story, exchange)) continue;
        const { request: asked, response: recorded } = exchange;
        const answer = await send(gateway.url, agent, asked);
        const exception = exceptions.get((asked.body ?? '').trimEnd());
        if (exception === null) {
          counts.leftOut += 1;
          continue;
        }
        const what = `${story}: ${asked.method} ${asked.path} ${asked.body ?? ''}`;
        assert.equal(answer.status, recorded.status, `${what}\n${answer.text}`);
        for (const header of ['content-type', 'allow']) assert.equal(answer.headers[header], recorded.headers[header], `${what}: ${header}`);
        const expected = recorded.body?.replaceAll('h: Name or service not known', `h: ${words}`);
        assert.deepEqual(comparable(answer.text, exception), comparable(expected, exception), what);
        counts.compared += 1;
      }
    }
    assert.deepEqual(counts, { compared: 127, leftOut: 1 });
  });
});
