// Rows that a real Trino keeps in an object store, from Node.js: those that come within the replies, for each encoding and wherever they are fetched.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { CancelledError, ForbiddenError } from 'datasource-sdk';
import { TrinoClient } from 'datasource-sdk/trino';

import { repository } from './gateway.mjs';
import { nodeWithZstd } from './node.mjs';
import { run, until } from './process.mjs';

/** Rows of several segments, each of which is a page of Trino, of a megabyte, at least; the first two come within the replies. */
export const manyRows = ['many rows', 'SELECT * FROM tpch.tiny.lineitem ORDER BY orderkey, linenumber'];

/** Rows of each form that Trino gives them. */
export const allRows = [
  manyRows,
  ['rows that come packed within a reply', 'SELECT * FROM tpch.tiny.orders ORDER BY orderkey LIMIT 500'],
  ['few rows', 'SELECT * FROM tpch.tiny.nation ORDER BY nationkey'],
  ['no rows', 'SELECT name FROM tpch.tiny.nation WHERE false'],
  ['every kind of value', `SELECT decimal '12345678901234567890.0123456789' AS a, timestamp '2024-02-29 00:30:00.5 +02:00' AS b, ARRAY[decimal '1.50', null] AS c, map(ARRAY['k'], ARRAY[9007199254740993]) AS d, nan() AS e, x'00ff' AS f, s AS g FROM TABLE(sequence(1, 20000)) t(s) ORDER BY s`],
];

/** More rows than come within the replies, but not by much. */
const someRows = 'SELECT * FROM tpch.tiny.lineitem WHERE orderkey <= 30000 ORDER BY orderkey, linenumber';

/** The platform's fetch, which notes where each request went and with which headers. */
function noting() {
  const asked = [];
  const own = async (url, init) => {
    const reply = await fetch(url, init);
    asked.push({ method: init.method, url: new URL(url), headers: new Headers(init.headers), status: reply.status });
    return reply;
  };
  return { asked, fetch: own };
}

/** Whether two long texts are the same, told by nothing longer than the first line that is not. */
function same(text, expected) {
  if (text === expected) return;
  const [lines, others] = [text, expected].map((each) => each.split('\n'));
  const row = lines.findIndex((line, i) => line !== others[i]);
  assert.deepEqual([row, lines[row], lines.length], [row, others[row], others.length]);
  assert.fail('the texts differ in how they end');
}

/**
 * The tests: what is fetched from the store and asked of it, by whom and in which form.
 * @param title      of the suite
 * @param start      gives a Trino that spools, with its `store`
 * @param statements whose rows are compared with those that come within the replies: [what they are, statement]; the first gives many
 * @param skip       why none of it can run here
 */
export function testSpooled(title, { start, statements, skip = false }) {
  describe(title, { skip, timeout: 600_000 }, () => {
    let trino, store;
    const plain = noting();
    const expected = {}; // the rows of each statement, without encodings
    const connect = (more) => TrinoClient.connect({ url: trino.url, user: 'ada', ...more });
    const inStore = ({ url }) => url.origin === store.endpoint;

    before(async () => {
      trino = await start();
      store = trino.store;
      await trino.query('CREATE CATALOG tpch USING tpch');
      const client = await connect({ encodings: [], fetch: plain.fetch });
      for (const [what, statement] of statements) expected[what] = (await client.sql(statement)).toCSV();
      client.close();
    }, { timeout: 300_000 });
    after(() => trino?.stop());

    test('without encodings nothing is fetched from the store', () => {
      assert.ok(expected[statements[0][0]].split('\n').length > 50_000);
      assert.ok(!plain.asked.some(inStore));
    });

    for (const [what, statement] of statements) {
      test(`the rows are those that come within the replies, as json: ${what}`, async () => {
        const { asked, fetch } = noting();
        const client = await connect({ encodings: ['json'], fetch });
        same((await client.sql(statement)).toCSV(), expected[what]);
        const fetched = asked.filter((request) => inStore(request) && request.status === 200);
        if (what === statements[0][0]) assert.ok(fetched.length > 5, `${fetched.length} segments`);
        const acknowledged = asked.filter(({ url }) => url.pathname.startsWith('/v1/spooled/ack/'));
        assert.deepEqual(acknowledged.map(({ status }) => status), fetched.map(() => 200));
        const paged = [];
        for await (const page of client.pages(statement)) {
          paged.push(...page.toCSV().split('\n').slice(paged.length === 0 ? 0 : 1));
          page.dispose();
        }
        same(paged.join('\n'), expected[what]);
      });
    }

    test('the rows are the same as json+zstd, which is asked for where Node.js unpacks it', { timeout: 300_000 }, async () => {
      const script = `
        import { TrinoClient } from 'datasource-sdk/trino';
        let text = ''; for await (const part of process.stdin) text += part;
        const { url, statements } = JSON.parse(text);
        const encodings = [], pieces = [], found = {};
        const own = async (at, init) => {
          encodings.push(new Headers(init.headers).get('x-trino-query-data-encoding'));
          const reply = await fetch(at, init);
          if (new URL(at).origin !== new URL(url).origin && reply.status === 200) pieces.push(Buffer.from(await reply.clone().arrayBuffer()).readUInt32LE(0));
          return reply;
        };
        const client = await TrinoClient.connect({ url, user: 'ada', fetch: own });
        for (const [what, statement] of statements) found[what] = (await client.sql(statement)).toCSV();
        console.log(JSON.stringify({ encodings: encodings.filter(Boolean), pieces, found }));`;
      const { stdout } = await run(await nodeWithZstd(), ['--input-type=module', '-e', script], { cwd: join(repository, 'tests'), input: JSON.stringify({ url: trino.url, statements }), timeout: 200_000 });
      const { encodings, pieces, found } = JSON.parse(stdout);
      assert.deepEqual(new Set(encodings), new Set(['json+zstd,json']));
      for (const [what] of statements) same(found[what], expected[what]);
      assert.ok(pieces.length > 5);
      const zstandard = 0xfd2fb528; // how its frames begin
      assert.deepEqual(new Set(pieces), new Set([zstandard]));
    });

    test('the store gets the headers that Trino names, and nothing of who asks', async () => {
      const { asked, fetch } = noting();
      await (await connect({ encodings: ['json'], clientInfo: 'told to Trino alone', fetch })).sql(someRows);
      const requests = asked.filter(inStore);
      assert.ok(requests.length > 0);
      for (const { method, headers } of requests) {
        assert.equal(method, 'GET');
        assert.deepEqual([...headers.keys()].filter((name) => !name.startsWith('x-amz-server-side-encryption-customer-')), []);
      }
    });

    test('a store that is not to be asked ends the statement', async () => {
      const { asked, fetch } = noting();
      const client = await connect({ encodings: ['json'], otherServers: false, fetch });
      await assert.rejects(client.sql(someRows), ForbiddenError);
      assert.ok(!asked.some(inStore));
    });

    test('a signal in the midst of the segments ends the statement on the server, and so does a loop that is left', async () => {
      const statement = 'SELECT * FROM tpch.sf1.lineitem';
      const ended = () => until('the statement ending on Trino', async () => (await trino.query(`SELECT 1 FROM system.runtime.queries WHERE query = '${statement}' AND state NOT IN ('FINISHED', 'FAILED')`)).length === 0, 60_000);
      const stop = new AbortController();
      let fetched = 0;
      const stopping = async (url, init) => {
        if (new URL(url).origin === store.endpoint && ++fetched === 3) stop.abort();
        return fetch(url, init);
      };
      await assert.rejects((await connect({ encodings: ['json'], fetch: stopping })).sql(statement, { signal: stop.signal }), CancelledError);
      assert.equal(fetched, 3);
      await ended();
      const { asked, fetch: noted } = noting();
      for await (const page of (await connect({ encodings: ['json'], fetch: noted })).pages(statement)) {
        assert.ok(page.rowCount > 0);
        page.dispose();
        break;
      }
      assert.equal(asked.at(-1).method, 'DELETE');
      await ended();
    });
  });
}
