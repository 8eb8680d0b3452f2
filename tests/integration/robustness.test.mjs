// A gateway that is left running: what it survives, and what it answers meanwhile. Real databases, real kills, a real full disk.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { request as secureRequest } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';

import { startMariaDb, startPostgreSql } from '../support/databases.mjs';
import { curl, program, startGateway } from '../support/gateway.mjs';
import { run, temporaryFolder, until } from '../support/process.mjs';
import * as shop from '../support/shop.mjs';

const base = '/_plugins/_query/_datasources';
const sql = (gateway, query, headers) => curl(gateway.url, 'POST', '/_plugins/_sql', { query }, headers);
const source = (name, connector, { username, password, ...properties }) => ({ name, connector, properties, configuration: { credentials: { username, password } } });

/** Memory that the gateway's own process holds, in KiB. */
const memory = async (gateway) => Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${gateway.process.child.pid}/status`, 'utf8'))[1]);

describe('a gateway at work on two databases', { timeout: 180_000 }, () => {
  let crm, orders, gateway;
  before(async () => {
    [crm, orders, gateway] = await Promise.all([
      startPostgreSql({ sql: shop.postgreSql }),
      startMariaDb({ sql: shop.mariaDb }),
      startGateway({ args: ['--query-timeout', '60s', '--row-limit', '50000', '--engines', '2', '--queue', '200'] }),
    ]);
    assert.equal((await curl(gateway.url, 'POST', base, source('crm', 'postgresql', crm.config))).status, 201);
    assert.equal((await curl(gateway.url, 'POST', base, source('orders', 'mysql', orders.config))).status, 201);
  });
  after(() => Promise.all([crm?.stop(), orders?.stop(), gateway?.stop()]));

  /** A join that takes minutes. */
  const endless = `select count(*) from crm.public.customers c join orders.orders o on c.id <> o.customer_id join orders.orders p on o.id <> p.id join crm.public.customers d on d.id <> c.id`;

  test('a running join is cancelled, and its databases are let go', async () => {
    const running = sql(gateway, endless, { 'X-Opaque-Id': 'join' });
    const busy = () => crm.query("select count(*) from pg_stat_activity where usename = 'app' and state <> 'idle'").then(Number);
    await until('the join running', async () => (await curl(gateway.url, 'DELETE', '/_plugins/_query/_queries/join')).status === 200);
    const ended = await running;
    assert.equal(ended.status, 499, ended.text);
    await until('PostgreSQL idle', async () => (await busy()) === 0);
    assert.equal((await sql(gateway, shop.joinStatement('crm', 'orders'))).status, 200);
  });

  test('a hundred statements at once all have the right rows', async () => {
    const expected = JSON.stringify(shop.expectedRows().map(([region, count]) => [region, count]));
    const replies = await Promise.all(
      Array.from({ length: 100 }, () =>
        fetch(`${gateway.url}/_plugins/_sql`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ query: shop.joinStatement('crm', 'orders') }) }).then(async (reply) => [reply.status, await reply.json()]),
      ),
    );
    for (const [status, body] of replies) {
      assert.equal(status, 200, JSON.stringify(body));
      assert.equal(JSON.stringify(body.datarows.map(([region, count]) => [region, count])), expected);
    }
  });

  test('more rows than may be are refused, before the first row or at the end of the body', async () => {
    const small = await sql(gateway, 'select * from range(50000)');
    assert.equal(small.json().total, 50_000);
    const large = await sql(gateway, 'select * from range(60000)');
    assert.equal(large.status, 200);
    const { error, status } = large.json();
    assert.equal(status, 400);
    assert.match(error.details, /more than 50000 rows/);
    assert.equal(error.type, 'RowLimitException');
  });

  test('a disabled source is refused by name, its test still runs, and the other sources serve', async () => {
    const read = (await curl(gateway.url, 'GET', `${base}/crm`)).json();
    assert.equal((await curl(gateway.url, 'PUT', base, { ...read, status: 'DISABLED' })).status, 200);
    const refused = await sql(gateway, 'select count(*) from crm.public.customers');
    assert.equal(refused.status, 403);
    assert.match(refused.json().error.details, /crm.*DISABLED/);
    assert.equal((await curl(gateway.url, 'POST', `${base}/crm/_test`)).json().passed, true);
    assert.equal((await sql(gateway, 'select count(*) from orders.orders')).status, 200);
    assert.equal((await curl(gateway.url, 'PUT', base, { ...read, status: 'ACTIVE' })).status, 200);
  });

  test('a slow reader slows the engine and not the gateway', async () => {
    const before = await memory(gateway);
    const body = JSON.stringify({ query: "select repeat('x', 4000) as text from range(40000)" });
    const socket = connect(new URL(gateway.url).port, '127.0.0.1');
    socket.write(`POST /_plugins/_sql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
    await new Promise((resolve) => socket.once('data', resolve));
    socket.pause();
    // 160 MB wait: were they kept in the gateway, it would show.
    for (let i = 0; i < 10; i += 1) assert.equal((await sql(gateway, 'select 1 as one')).status, 200);
    assert.ok((await memory(gateway)) < before + 20_000, `${before} KiB became ${await memory(gateway)}`);
    let received = 0;
    socket.on('data', (part) => (received += part.length));
    socket.resume();
    await until('the whole reply', () => received > 160_000_000);
    socket.destroy();
  });

  test('an engine killed in the middle of a join is a clear error, and the next statement runs', async () => {
    const running = sql(gateway, endless);
    const engines = async () => (await run('ps', ['--ppid', String(gateway.process.child.pid), '-o', 'pid=,time='], { check: false })).stdout.trim().split('\n').map((line) => line.trim().split(/ +/));
    const cpu = async (pid) => Number((await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')).split(') ')[1]?.split(' ')[11] ?? 0);
    const first = new Map(await Promise.all((await engines()).map(async ([pid]) => [pid, await cpu(pid)])));
    const victim = await until('the busy engine', async () => {
      for (const [pid] of await engines()) if ((await cpu(pid)) > (first.get(pid) ?? 0) + 20) return pid;
      return undefined;
    });
    process.kill(Number(victim), 'SIGKILL');
    const died = await running;
    assert.equal(died.status, 500, died.text);
    assert.match(died.json().error.details, /engine process was killed/);
    assert.equal((await sql(gateway, shop.joinStatement('crm', 'orders'))).status, 200);
  });
});

describe('limits of time and of room', { timeout: 120_000 }, () => {
  test('a statement over its time is ended with 504', async () => {
    const gateway = await startGateway({ args: ['--query-timeout', '500ms'] });
    try {
      const begin = performance.now();
      const late = await sql(gateway, 'select count(*) from range(1000000) a(i), range(1000000) b(j) where (i * j) % 7 = 3');
      assert.equal(late.status, 504, late.text);
      assert.match(late.json().error.details, /500 ms.*--query-timeout/);
      assert.ok(performance.now() - begin < 10_000);
      assert.equal((await sql(gateway, 'select 1 as one')).status, 200);
    } finally {
      await gateway.stop();
    }
  });

  test('a statement over its memory is an error, and the next one runs', async () => {
    const gateway = await startGateway({ args: ['--memory-limit', '64MB', '--engines', '1'] });
    try {
      const greedy = await sql(gateway, "select count(*) from (select list(i || repeat('x', 1000)) as l from range(300000) t(i) group by i % 2) where len(l) > 0");
      assert.ok([500, 200].includes(greedy.status) && greedy.text.includes('memory'), greedy.text.slice(0, 500));
      assert.equal((await sql(gateway, 'select 1 as one')).status, 200);
    } finally {
      await gateway.stop();
    }
  });

  test('a full disk refuses writes, loses nothing and recovers', async (context) => {
    if (process.getuid() !== 0) return context.skip('a small file system of its own needs root');
    const folder = await mkdtemp(join(tmpdir(), 'datasource-full-'));
    const mounted = await run('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder], { check: false });
    if (mounted.code !== 0) {
      await rm(folder, { recursive: true });
      return context.skip(`no file system can be mounted here: ${mounted.stderr.trim()}`);
    }
    let gateway;
    try {
      const data = join(folder, 'data');
      gateway = await startGateway({ data });
      const put = (i) => curl(gateway.url, 'POST', base, { name: `s${i}`, connector: 'sqlite', description: 'x'.repeat(2000), properties: { path: '/srv/x.db' } });
      assert.equal((await put(0)).status, 201);
      await run('dd', ['if=/dev/zero', `of=${folder}/ballast`, 'bs=4096'], { check: false });
      const kept = [0];
      let refused;
      for (let i = 1; i < 500 && !refused; i += 1) {
        const reply = await put(i);
        if (reply.status === 201) kept.push(i);
        else refused = reply;
      }
      assert.ok(refused, 'the disk never filled');
      assert.ok(refused.status >= 500, refused.text);
      assert.ok(refused.json().error.details.length > 10);
      assert.equal((await curl(gateway.url, 'GET', base)).json().length, kept.length, 'reads go on');
      await rm(`${folder}/ballast`);
      assert.equal((await put(1000)).status, 201, 'and writes once there is room');
      await gateway.stop('SIGKILL');
      gateway = await startGateway({ data });
      const names = (await curl(gateway.url, 'GET', base)).json().map(({ name }) => name);
      for (const i of [...kept, 1000]) assert.ok(names.includes(`s${i}`), `s${i} was acknowledged`);
    } finally {
      await gateway?.stop();
      await run('umount', [folder], { check: false });
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe('a gateway that is killed', { timeout: 180_000 }, () => {
  test('at random moments of two hundred writes it loses nothing that it acknowledged', async () => {
    const folder = await temporaryFolder();
    const data = join(folder.path, 'data');
    const expected = new Map();
    let gateway = await startGateway({ data });
    try {
      let kills = 0;
      for (let done = 0; done < 200; ) {
        const stopAt = performance.now() + 20 + Math.random() * 120;
        const victim = gateway;
        const killer = delay(stopAt - performance.now()).then(() => victim.process.child.kill('SIGKILL'));
        for (; done < 200; done += 1) {
          const name = `s${done % 50}`;
          const description = `version ${done}`;
          const known = expected.get(name);
          const method = known ? (done % 7 === 0 ? 'DELETE' : 'PUT') : 'POST';
          const body = method === 'DELETE' ? undefined : { name, connector: 'sqlite', description, properties: { path: '/srv/x.db' } };
          const reply = await fetch(`${victim.url}${base}${method === 'DELETE' ? `/${name}` : ''}`, { method, headers: body && { 'Content-Type': 'application/json' }, body: body && JSON.stringify(body) }).then(
            async (response) => ({ status: response.status, text: await response.text() }),
            () => undefined,
          );
          if (!reply) {
            // Cut off: either state is right.
            expected.set(name, { either: [known?.description ?? null, method === 'DELETE' ? null : description] });
            break;
          }
          assert.ok(reply.status < 300 || known?.either, `${method} ${name}: ${reply.status} ${reply.text}`);
          if (reply.status >= 300) {
            expected.delete(name); // what was cut off had not happened, or had
            const now = await fetch(`${victim.url}${base}/${name}`).then((response) => (response.ok ? response.json() : null), () => undefined);
            if (now === undefined) {
              expected.set(name, { either: known.either });
              break;
            }
            if (now) expected.set(name, { description: now.description });
          } else if (method === 'DELETE') expected.delete(name);
          else expected.set(name, { description });
        }
        await killer;
        await victim.process.end;
        kills += 1;
        gateway = await startGateway({ data });
        const found = new Map((await curl(gateway.url, 'GET', base)).json().map((each) => [each.name, each.description]));
        for (const [name, { description, either }] of expected) {
          const actual = found.get(name) ?? null;
          if (either) {
            assert.ok(either.includes(actual), `${name}: ${actual} is neither of ${either}`);
            if (actual === null) expected.delete(name);
            else expected.set(name, { description: actual });
          } else assert.equal(actual, description, name);
        }
        for (const name of found.keys()) assert.ok(expected.has(name), `${name} came back`);
      }
      assert.ok(kills >= 3, `only ${kills} kills`);
    } finally {
      await gateway.stop();
      await folder.remove();
    }
  });
});

describe('many clients', { timeout: 120_000 }, () => {
  test('a thousand idle connections cost little, and others are served beside them', async () => {
    const gateway = await startGateway();
    const sockets = [];
    try {
      assert.equal((await curl(gateway.url, 'GET', '/_health')).status, 200);
      const before = await memory(gateway);
      const { port } = new URL(gateway.url);
      for (let i = 0; i < 1000; i += 1) {
        const socket = connect(port, '127.0.0.1');
        await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
        sockets.push(socket);
      }
      const ask = (socket) =>
        new Promise((resolve, reject) => {
          socket.once('data', (bytes) => resolve(bytes.toString())).once('error', reject);
          socket.write('GET /_health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
        });
      for (const reply of await Promise.all(sockets.map(ask))) assert.match(reply, /^HTTP\/1\.1 200 /);
      const cost = ((await memory(gateway)) - before) / 1000;
      assert.ok(cost < 32, `${cost} KiB a connection`);
      assert.equal((await sql(gateway, 'select 1 as one')).status, 200);
      assert.equal((await gateway.stop()).code, 0);
    } finally {
      for (const socket of sockets) socket.destroy();
      await gateway.stop();
    }
  });
});

describe('TLS', { timeout: 60_000 }, () => {
  let folder, certificate, key, gateway;
  before(async () => {
    folder = await temporaryFolder();
    certificate = join(folder.path, 'certificate.pem');
    key = join(folder.path, 'key.pem');
    await run('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', key, '-out', certificate]);
    gateway = await startGateway({ samples: true, args: ['--tls-certificate', certificate, '--tls-key', key] });
  });
  after(async () => {
    await gateway?.stop();
    await folder?.remove();
  });

  const ask = async (method, path, body) => {
    const { hostname, port } = new URL(gateway.url);
    const ca = await readFile(certificate);
    return new Promise((resolve, reject) => {
      const text = body && JSON.stringify(body);
      const sent = secureRequest({ hostname, port, method, path, ca, headers: text ? { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) } : {} }, (response) => {
        let received = '';
        response.setEncoding('utf8').on('data', (part) => (received += part)).once('end', () => resolve({ status: response.statusCode, text: received }));
      });
      sent.once('error', reject);
      sent.end(text);
    });
  };

  test('requests and long replies go over it, and the program is a client of it', async () => {
    assert.match(gateway.url, /^https:/);
    assert.equal((await ask('GET', '/_health')).status, 200);
    const rows = JSON.parse((await ask('POST', '/_plugins/_sql', { query: 'select * from range(300000)' })).text);
    assert.equal(rows.datarows.length, 300_000);
    const listed = await run(program, ['sources', 'list', '--names', '--url', gateway.url, '--ca-file', certificate]);
    assert.equal(listed.stdout, 'events\nshop\n');
    const distrusted = await run(program, ['sources', 'list', '--url', gateway.url], { check: false });
    assert.equal(distrusted.code, 3);
    assert.match(distrusted.stderr, /certificate/i);
  });

  test('a client that goes away ends its statement', async () => {
    const { hostname, port } = new URL(gateway.url);
    const body = JSON.stringify({ query: 'select count(*) from range(1000000) a(i), range(1000000) b(j) where (i * j) % 7 = 3' });
    const sent = secureRequest({ hostname, port, method: 'POST', path: '/_plugins/_sql', ca: await readFile(certificate), headers: { 'Content-Type': 'application/json', 'Content-Length': body.length, 'X-Opaque-Id': 'leaving' } });
    sent.once('error', () => {});
    sent.end(body);
    await delay(300);
    sent.destroy();
    await until('the statement over', () => /"action":"query".*"outcome":"cancelled"/.test(gateway.log()));
  });

  test('plain HTTP gets nothing, and files that do not fit are refused at the start', async () => {
    const plain = gateway.url.replace('https:', 'http:');
    const outcome = await new Promise((resolve) => request(`${plain}/_health`, { agent: new Agent() }, (response) => resolve(response.statusCode)).once('error', ({ code }) => resolve(code)).end());
    assert.equal(typeof outcome, 'string', `answered ${outcome}`);
    assert.equal((await ask('GET', '/_health')).status, 200);
    const wrong = join(folder.path, 'wrong.pem');
    await writeFile(wrong, 'this is no certificate');
    for (const args of [['--tls-certificate', wrong, '--tls-key', key], ['--tls-certificate', certificate, '--tls-key', wrong], ['--tls-certificate', certificate]]) {
      const refused = await run(program, ['serve', '--port', '0', '--no-samples', '--data', join(folder.path, 'd'), ...args], { check: false });
      assert.equal(refused.code, 2);
      assert.match(refused.stderr, /--tls-certificate/);
    }
    await assert.rejects(stat(join(folder.path, 'd')), 'nothing was made');
  });
});
