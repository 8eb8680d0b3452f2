// The gateway alone, with its samples: what it keeps, what it refuses, what it survives.

import assert from 'node:assert/strict';
import { chmod, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { curl, program, startGateway } from '../support/gateway.mjs';
import { freePort, run, temporaryFolder, until } from '../support/process.mjs';

const base = '/_plugins/_query/_datasources';

const sampleJoin = `with views as (select customer_id, count(*) as views from events.page_views group by customer_id)
select c.country, count(*) as orders, sum(v.views) as views from shop.orders o join shop.customers c on c.id = o.customer_id
left join views v on v.customer_id = c.id group by c.country order by orders desc`;

const sql = (gateway, query) => curl(gateway.url, 'POST', '/_plugins/_sql', { query });

/** A request with headers that curl would set itself. */
function raw(url, { method = 'GET', path = '/', headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const sent = request({ hostname, port, method, path, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part) => (text += part)).on('end', () => resolve({ status: response.statusCode, headers: response.headers, text }));
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

/** Process ids of the gateway's engine processes. */
async function engines(gateway) {
  const { stdout } = await run('ps', ['--ppid', String(gateway.process.child.pid), '-o', 'pid='], { check: false });
  return stdout.split('\n').map(Number).filter(Boolean);
}

describe('a gateway with its samples', { timeout: 120_000 }, () => {
  let gateway;
  before(async () => (gateway = await startGateway({ samples: true })));
  after(() => gateway?.stop());

  test('says on one line where it listens, and answers there', async () => {
    assert.match(gateway.process.output.stdout, /^listening on http:\/\/127\.0\.0\.1:\d+\n$/);
    const health = await curl(gateway.url, 'GET', '/_health');
    assert.deepEqual(health.json(), { status: 'ok', version: '0.1.0', engine: 'duckdb 1.5.5' });
  });

  test('two sources that need no server are there, and join', async () => {
    assert.deepEqual((await curl(gateway.url, 'GET', base)).json().map(({ name, connector }) => [name, connector]), [['events', 'files'], ['shop', 'sqlite']]);
    const result = await sql(gateway, sampleJoin);
    assert.equal(result.status, 200, result.text);
    const { datarows } = result.json();
    assert.equal(datarows.reduce((sum, [, orders]) => sum + orders, 0), 5000);
  });

  test('a part of a source is changed over HTTP, and an editor that comes too late is told', async () => {
    const header = (reply, name) => reply.headers[name];
    const send = (method, path, body, headers = {}) => raw(gateway.url, {
      method, path, headers: { ...(body && { 'Content-Type': 'application/json' }), ...headers }, body: body && JSON.stringify(body),
    });
    const source = { name: 'edited', connector: 'postgresql', properties: { host: 'db1', database: 'crm' }, configuration: { credentials: { username: 'app', password: 'p4ss' } } };
    assert.equal((await send('POST', base, source)).status, 201);
    const read = await send('GET', `${base}/edited`);
    assert.equal(header(read, 'etag'), `"${JSON.parse(read.text).etag}"`);
    const theirs = await send('PATCH', base, { name: 'edited', properties: { connectionTimeout: 500 }, status: 'DISABLED' }, { 'If-Match': header(read, 'etag') });
    assert.equal(theirs.status, 200, theirs.text);
    for (const [method, path, body] of [['PUT', base, { ...source, description: 'mine' }], ['PATCH', base, { name: 'edited', description: 'mine' }], ['DELETE', `${base}/edited`]]) {
      const late = await send(method, path, body, { 'If-Match': header(read, 'etag') });
      assert.equal(late.status, 412, late.text);
      assert.equal(JSON.parse(late.text).error.kind, 'conflict');
    }
    const kept = JSON.parse((await send('GET', `${base}/edited`)).text);
    assert.deepEqual([kept.description, kept.status, kept.properties.connectionTimeout, kept.configuration.credentials.password], ['', 'DISABLED', 500, '******']);
    assert.equal((await send('DELETE', `${base}/edited`, undefined, { 'If-Match': header(theirs, 'etag') })).status, 200);
  });

  test('a million rows arrive whole', async () => {
    const { schema, datarows, total } = (await sql(gateway, 'select i, i * 0.5 as half from range(1000000) t(i)')).json();
    assert.equal(schema[0].type, 'long');
    assert.equal(total, 1_000_000);
    assert.deepEqual([datarows.length, datarows[0], datarows[999_999]], [1_000_000, [0, 0], [999_999, 499_999.5]]);
  });

  test('an error of a statement says what and where, and the next statement runs', async () => {
    const wrong = await sql(gateway, 'select * frm shop.orders');
    assert.equal(wrong.status, 400);
    assert.match(wrong.json().error.details, /syntax error/i);
    assert.equal((await sql(gateway, 'select nope from shop.orders')).status, 400);
    assert.equal((await sql(gateway, 'select 1 from nope.orders')).status, 404);
    assert.equal((await sql(gateway, 'select 1 as one')).status, 200);
  });

  test('user SQL reads no file, no host, no setting, no secret, and changes nothing', async () => {
    const attacks = [
      "select * from read_text('/etc/passwd')", "select * from '/etc/passwd'", "select * from read_csv('/etc/passwd')", "select * from glob('/*')",
      "select * from read_parquet('http://127.0.0.1:1/x.parquet')", "select * from sqlite_scan('/etc/passwd', 'x')", "select * from postgres_scan('host=127.0.0.1', 'public', 'x')",
      "select * from mysql_query('shop', 'select 1')", "select * from duckdb_secrets()", 'select * from duckdb_databases()', "select getenv('PATH')",
      "select current_setting('home_directory')", 'select * from information_schema.tables', 'select * from shop.sqlite_master', "attach '/tmp/x.db' as x", "copy (select 1) to '/tmp/x'",
      "install httpfs", 'load httpfs', 'set threads = 1', 'pragma database_list', 'create table shop.x (i integer)', 'drop table shop.orders', 'delete from shop.orders', 'select 1; select 2',
      "select * from (select * from read_text('/etc/passwd'))", "with x as (select * from glob('/*')) select * from x", "select (select content from read_text('/etc/passwd'))",
      "explain analyze delete from shop.orders", "call pragma_version()", "export database '/tmp/x'", "select * from query('select 1')", "select * from query_table('shop.orders')",
      "from shop.orders select * where exists (from read_blob('/etc/shadow'))", "select * from duckdb_settings()", "vacuum", "checkpoint", "use shop", "describe shop.orders", "show all tables",
    ];
    for (const attack of attacks) {
      const reply = await sql(gateway, attack);
      assert.ok([400, 403, 404].includes(reply.status), `${attack}: ${reply.status} ${reply.text.slice(0, 300)}`);
      assert.ok(!reply.text.includes('root:'), attack);
      assert.ok(reply.json().error.details.length > 10, attack);
    }
    assert.equal((await sql(gateway, 'select count(*) as n from shop.orders')).json().datarows[0][0], 5000);
  });

  test('an engine process that dies takes one statement with it, and the next one runs', async () => {
    const used = async (pid) => Number((await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')).split(') ')[1]?.split(' ')[11] ?? 0);
    const before = new Map();
    for (const pid of await engines(gateway)) before.set(pid, await used(pid));
    const query = sql(gateway, 'select count(*) from range(100000) a(i), range(1000000) b(j) where (i * j) % 7 = 3');
    const busy = await until('an engine at work', async () => {
      for (const pid of await engines(gateway)) {
        if ((await used(pid)) > (before.get(pid) ?? 0) + 50) return pid;
      }
      return undefined;
    });
    process.kill(busy, 'SIGKILL');
    const died = await query;
    assert.ok(died.status >= 500, `${died.status} ${died.text}`);
    assert.ok(died.json().error.details.length > 0);
    assert.equal((await sql(gateway, 'select 1 as one')).status, 200);
  });

  test('a client that goes away ends its statement', async () => {
    const cpu = async () => {
      let ticks = 0;
      for (const pid of await engines(gateway)) {
        const fields = (await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')).split(') ')[1]?.split(' ');
        if (fields) ticks += Number(fields[11]) + Number(fields[12]);
      }
      return ticks;
    };
    const controller = new AbortController();
    const gone = fetch(`${gateway.url}/_plugins/_sql`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ query: 'select count(*) from range(1000000) a(i), range(1000000) b(j) where (i * j) % 7 = 3' }),
      signal: controller.signal,
    }).catch((error) => error.name);
    const idle = await cpu();
    await until('the statement burning time', async () => (await cpu()) > idle + 20);
    controller.abort();
    assert.equal(await gone, 'AbortError');
    let last = -1;
    let same = 0;
    await until('the engines resting', async () => {
      const now = await cpu();
      same = now === last ? same + 1 : 0;
      last = now;
      return same >= 10;
    });
  });

  test('requests from other sites and for other hosts are refused', async () => {
    const { port } = new URL(gateway.url);
    const body = JSON.stringify({ query: 'select 1' });
    const json = { 'Content-Type': 'application/json', 'Content-Length': body.length };
    const post = (headers) => raw(gateway.url, { method: 'POST', path: '/_plugins/_sql', headers: { ...json, ...headers }, body });
    assert.equal((await post({})).status, 200);
    assert.equal((await post({ Origin: `http://127.0.0.1:${port}` })).status, 200);
    assert.equal((await post({ Origin: 'http://evil.example' })).status, 403);
    assert.equal((await post({ Host: 'evil.example' })).status, 403);
    assert.equal((await post({ 'Content-Type': 'text/plain' })).status, 415);
  });

  test('bodies, headers and paths have limits, and each refusal is the API’s error', async () => {
    const large = await curl(gateway.url, 'POST', base, ' '.repeat(2 * 1024 * 1024));
    assert.equal(large.status, 413);
    assert.ok(large.json().error.details);
    assert.equal((await raw(gateway.url, { path: '/_health', headers: { 'X-Large': 'x'.repeat(64 * 1024) } })).status, 431);
    assert.equal((await raw(gateway.url, { path: '/../../../../etc/passwd' })).text.includes('root:'), false);
    assert.equal((await raw(gateway.url, { path: '/%2e%2e/%2e%2e/%2e%2e/etc/passwd' })).text.includes('root:'), false);
  });
});

describe('what a gateway keeps', { timeout: 120_000 }, () => {
  const source = { name: 'crm', connector: 'postgresql', properties: { host: 'db1', database: 'crm' }, configuration: { credentials: { username: 'app', password: 'pl4in-text' } } };

  test('sources outlive a kill, their passwords unreadable on disk', async () => {
    const folder = await temporaryFolder();
    const data = join(folder.path, 'data');
    try {
      const first = await startGateway({ data });
      assert.equal((await curl(first.url, 'POST', base, source)).status, 201);
      await first.stop('SIGKILL');
      const second = await startGateway({ data });
      const read = (await curl(second.url, 'GET', `${base}/crm`)).json();
      assert.equal(read.properties.host, 'db1');
      assert.equal(read.configuration.credentials.password, '******');
      assert.equal((await second.stop()).code, 0);
      assert.equal((await stat(data)).mode & 0o777, 0o700);
      for (const name of await readdir(data)) {
        const path = join(data, name);
        if ((await stat(path)).isFile()) assert.ok(!(await readFile(path)).includes('pl4in-text'), `${name} holds the password`);
      }
    } finally {
      await folder.remove();
    }
  });

  test('a wrong master key is refused at the start, and nothing is lost', async () => {
    const folder = await temporaryFolder();
    const data = join(folder.path, 'data');
    const key = (byte) => ({ DATASOURCE_MASTERKEY: Buffer.alloc(32, byte).toString('base64') });
    try {
      const first = await startGateway({ data, env: key(1) });
      await curl(first.url, 'POST', base, source);
      await first.stop();
      const refused = await run(program, ['serve', '--port', '0', '--data', data, '--no-samples'], { env: key(2), check: false });
      assert.notEqual(refused.code, 0);
      assert.match(refused.stderr, /master key/i);
      const again = await startGateway({ data, env: key(1) });
      assert.equal((await curl(again.url, 'GET', `${base}/crm`)).status, 200);
      await again.stop();
    } finally {
      await folder.remove();
    }
  });

  test('a deleted sample stays deleted', async () => {
    const folder = await temporaryFolder();
    const data = join(folder.path, 'data');
    try {
      const first = await startGateway({ data, samples: true });
      assert.equal((await curl(first.url, 'DELETE', `${base}/events`)).status, 200);
      await first.stop();
      const second = await startGateway({ data, samples: true });
      assert.deepEqual((await curl(second.url, 'GET', base)).json().map(({ name }) => name), ['shop']);
      await second.stop();
    } finally {
      await folder.remove();
    }
  });

  test('a second gateway on the same data is refused', async () => {
    const first = await startGateway();
    const second = await run(program, ['serve', '--port', '0', '--data', first.data, '--no-samples'], { check: false });
    assert.notEqual(second.code, 0);
    assert.match(second.stderr, /in use|another/i);
    await first.stop();
  });
});

describe('how a gateway starts', { timeout: 60_000 }, () => {
  test('an address that is not loopback demands a token, and then every request does', async () => {
    const refused = await run(program, ['serve', '--host', '0.0.0.0', '--port', '0', '--no-samples'], { check: false });
    assert.notEqual(refused.code, 0);
    assert.match(refused.stderr, /token/i);

    const gateway = await startGateway({ args: ['--host', '0.0.0.0'], env: { DATASOURCE_TOKEN: 't0ken-0123456789abcdef' } });
    const url = `http://127.0.0.1:${new URL(gateway.url).port}`;
    try {
      assert.equal((await curl(url, 'GET', base)).status, 401);
      assert.equal((await curl(url, 'GET', base, undefined, { Authorization: 'Bearer wrong' })).status, 401);
      assert.equal((await curl(url, 'GET', base, undefined, { Authorization: 'Bearer t0ken-0123456789abcdef' })).status, 200);
      const basic = Buffer.from('anybody:t0ken-0123456789abcdef').toString('base64');
      assert.equal((await curl(url, 'GET', base, undefined, { Authorization: `Basic ${basic}` })).status, 200);
      assert.equal((await curl(url, 'GET', '/_health')).status, 200);
      assert.ok(!gateway.log().includes('t0ken'));
    } finally {
      await gateway.stop();
    }
  });

  test('a port in use, a folder that cannot be written and a value out of range are told in one line each', async () => {
    const gateway = await startGateway();
    const { port } = new URL(gateway.url);
    const folder = await temporaryFolder();
    const file = join(folder.path, 'file');
    await writeFile(file, '');
    await chmod(file, 0o600);
    try {
      for (const [args, says] of [
        [['--port', port, '--data', join(folder.path, 'a')], /port/],
        [['--port', String(await freePort()), '--data', file], /data/],
        [['--port', '70000'], /port/],
      ]) {
        const ended = await run(program, ['serve', '--no-samples', ...args], { check: false });
        assert.notEqual(ended.code, 0);
        assert.match(ended.stderr, says);
      }
    } finally {
      await gateway.stop();
      await folder.remove();
    }
  });

  test('its limits are settings', async () => {
    const gateway = await startGateway({ args: ['--engine', 'duckdb', '--max-body', '2048', '--max-header', '1024', '--max-connections', '100', '--idle-timeout', '1s'] });
    try {
      assert.equal((await curl(gateway.url, 'POST', base, ' '.repeat(4096))).status, 413);
      assert.equal((await raw(gateway.url, { path: '/_health', headers: { 'X-Large': 'x'.repeat(2000) } })).status, 431);
      const idle = connect(new URL(gateway.url).port, '127.0.0.1');
      await new Promise((resolve, reject) => idle.once('close', resolve).once('error', reject).resume());
    } finally {
      await gateway.stop();
    }
    const refused = await run(program, ['serve', '--max-body', '1'], { check: false });
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /--max-body/);
  });

  test('SIGTERM ends it cleanly, queries and all', async () => {
    const gateway = await startGateway();
    const running = sql(gateway, 'select count(*) from range(1000000) a(i), range(1000000) b(j) where (i * j) % 7 = 3').catch(() => 'cut off');
    await until('an engine', async () => (await engines(gateway)).length > 0);
    const children = await engines(gateway);
    assert.equal((await gateway.stop()).code, 0);
    await running;
    await until('its engines gone', async () => (await Promise.all(children.map((pid) => stat(`/proc/${pid}`).then(() => false, () => true)))).every(Boolean));
  });
});
