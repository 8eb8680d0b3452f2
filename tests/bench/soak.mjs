// Everything at once, at full speed, for a long time: does the gateway's memory stay flat, and does its log stay clean of secrets?
//
// usage: node tests/bench/soak.mjs [MINUTES]      30 unless told
//
// It ends with 1 when the memory of the second half grew over that of the first, when a secret stands in the log, or when a request was answered as it never should be.

import { readFile } from 'node:fs/promises';

import { startMariaDb, startPostgreSql } from '../support/databases.mjs';
import { startGateway } from '../support/gateway.mjs';
import { run } from '../support/process.mjs';

const minutes = Number(process.argv[2] ?? 30);
const base = '/_plugins/_query/_datasources';
const token = 't0ken-of-the-soak-0123456789abcdef';
const secrets = ['pg-s3cret', 'my-s3cret', 'wr0ng-passw0rd', 'r0tated-passw0rd', token];
const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };

const [crm, orders, gateway] = await Promise.all([
  startPostgreSql({ sql: "create table customers as select i as id, 'region ' || i % 50 as region from generate_series(1, 20000) i" }),
  startMariaDb({ sql: 'create table orders as select seq as id, seq * 7919 % 20000 + 1 as customer_id, cast(seq % 1000 as decimal(12, 2)) as amount from seq_1_to_50000' }),
  startGateway({ samples: true, env: { DATASOURCE_TOKEN: token }, args: ['--query-timeout', '20s', '--log-level', 'debug'] }),
]);
// What the log says is counted and looked through piece by piece, and not kept.
let logged = 0;
const leaks = new Set();
const look = () => {
  for (const stream of ['stdout', 'stderr']) {
    const text = gateway.process.output[stream];
    logged += text.length;
    for (const secret of secrets) if (text.includes(secret)) leaks.add(secret);
    // A secret may stand across two pieces.
    gateway.process.output[stream] = text.slice(-200);
    logged -= gateway.process.output[stream].length;
  }
};

const source = (name, connector, { username, password, ...properties }) => ({ name, connector, properties, configuration: { credentials: { username, password } } });
const send = async (method, path, body, options = {}) => {
  const reply = await fetch(gateway.url + path, { method, headers, body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body), ...options });
  return { status: reply.status, text: await reply.text() };
};
await send('POST', base, source('crm', 'postgresql', crm.config));
await send('POST', base, source('orders', 'mysql', orders.config));

const counts = new Map();
const faults = [];
/** Counts a reply, and keeps one that never should be. */
function judge(what, reply, ...expected) {
  const key = `${what} ${reply.status}`;
  counts.set(key, (counts.get(key) ?? 0) + 1);
  // A full queue is an honest answer under load.
  if (!expected.includes(reply.status) && reply.status !== 503 && faults.length < 20) faults.push(`${key}: ${reply.text.slice(0, 300)}`);
  for (const secret of secrets) if (reply.text.includes(secret)) leaks.add(`${secret} in a reply to ${what}`);
}
const sql = (query, options) => send('POST', '/_plugins/_sql', typeof query === 'string' ? { query } : query, options);

let serial = 0;
const deeds = {
  async life() {
    const name = `s${(serial += 1)}`;
    const wrong = source(name, 'postgresql', { ...crm.config, password: 'wr0ng-passw0rd' });
    judge('create', await send('POST', base, wrong), 201);
    const read = await send('GET', `${base}/${name}`);
    judge('get', read, 200);
    judge('patch', await send('PATCH', base, { name, description: 'x', configuration: { credentials: { password: 'r0tated-passw0rd' } } }), 200);
    judge('late', await send('PUT', base, wrong, { headers: { ...headers, 'If-Match': `"${JSON.parse(read.text).etag}"` } }), 412);
    judge('update', await send('PUT', base, wrong), 200);
    judge('list', await send('GET', base), 200);
    judge('delete', await send('DELETE', `${base}/${name}`), 200);
  },
  async query() {
    judge('query', await sql('select region, count(*) as n from crm.public.customers group by region'), 200);
    judge('samples', await sql('select country, count(*) as n from shop.customers group by country'), 200);
  },
  async join() {
    judge('join', await sql('select c.region, sum(o.amount) as total from orders.orders o join crm.public.customers c on c.id = o.customer_id group by c.region'), 200, 504);
  },
  async rows() {
    judge('rows', await sql('select i, i * 0.5 as half from range(200000) t(i)'), 200);
  },
  async pages() {
    let page = await sql({ query: 'select * from crm.public.customers order by id', fetch_size: 5000 });
    judge('page', page, 200, 429);
    for (let turn = 0; turn < 2 && page.status === 200; turn += 1) {
      const { cursor } = JSON.parse(page.text);
      if (!cursor) return;
      page = await sql({ cursor });
      judge('page', page, 200, 404);
    }
    if (page.status === 200) judge('close', await send('POST', '/_plugins/_sql/close', { cursor: JSON.parse(page.text).cursor ?? 'none' }), 200);
  },
  async test() {
    judge('test', await send('POST', `${base}/crm/_test`), 200);
    judge('test unsaved', await send('POST', `${base}/_test`, source('crm2', 'mysql', { ...orders.config, password: 'wr0ng-passw0rd' })), 200);
  },
  async schema() {
    judge('schema', await send('GET', `${base}/orders/_schema`), 200);
  },
  async gone() {
    const controller = new AbortController();
    const asked = sql('select count(*) as n from range(1000000) a(i), range(1000000) b(j) where (i * j) % 7 = 3', { signal: controller.signal }).catch(() => undefined);
    setTimeout(() => controller.abort(), 50 + Math.random() * 200);
    await asked;
  },
  async cancelled() {
    const id = `soak-${(serial += 1)}`;
    const asked = sql('select count(*) as n from range(1000000) a(i), range(1000000) b(j) where (i * j) % 7 = 3', { headers: { ...headers, 'X-Opaque-Id': id } });
    for (let done = false; !done; ) {
      const reply = await send('DELETE', `/_plugins/_query/_queries/${id}`);
      judge('cancel', reply, 200, 404);
      done = reply.status === 200 || (await Promise.race([asked.then(() => true), new Promise((resolve) => setTimeout(resolve, 20, false))]));
    }
    judge('cancelled', await asked, 499, 504);
  },
  async bad() {
    judge('bad', await sql('select * frm nothing'), 400);
    judge('bad', await sql("select * from read_text('/etc/passwd')"), 403);
    judge('bad', await send('POST', base, '{"name": '), 400);
    judge('bad', await send('POST', base, { name: 'x y', connector: 'postgresql', properties: { host: 1, password: 'wr0ng-passw0rd' } }), 400);
    judge('bad', await send('GET', '/_nope'), 404);
    judge('bad', await send('GET', base, undefined, { headers: { Authorization: 'Bearer wr0ng-passw0rd' } }), 401);
  },
};
/** How many of each are under way at a time. */
const weights = { life: 4, query: 2, join: 1, rows: 1, pages: 1, test: 1, schema: 1, gone: 1, cancelled: 1, bad: 2 };

const resident = async (pid) => Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, 'utf8').catch(() => ''))?.[1] ?? 0) / 1024;
async function memory() {
  const { pid } = gateway.process.child;
  const { stdout } = await run('ps', ['--ppid', String(pid), '-o', 'pid='], { check: false });
  const engines = await Promise.all(stdout.split('\n').map(Number).filter(Boolean).map(resident));
  return { gateway: await resident(pid), engines: engines.sort((a, b) => b - a) };
}

const end = Date.now() + minutes * 60_000;
const workers = Object.entries(weights).flatMap(([name, count]) =>
  Array.from({ length: count }, async () => {
    while (Date.now() < end) {
      try {
        await deeds[name]();
      } catch (error) {
        if (faults.length < 20) faults.push(`${name}: ${error.message} ${error.cause?.message ?? ''}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }),
);
const samples = [];
console.log('minute   requests   gateway MB   engines MB');
const watch = (async () => {
  const began = Date.now();
  for (let next = began; Date.now() < end; next += (minutes * 60_000) / 60) {
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, next - Date.now())));
    look();
    const now = await memory();
    samples.push(now);
    const requests = [...counts.values()].reduce((sum, count) => sum + count, 0);
    console.log(`${((Date.now() - began) / 60_000).toFixed(1).padStart(6)} ${String(requests).padStart(10)} ${now.gateway.toFixed(1).padStart(12)}   ${now.engines.map((each) => each.toFixed(0)).join(' ')}`);
  }
})();
await Promise.all([...workers, watch]);
look();
const alive = gateway.process.running();
await gateway.stop();
await Promise.all([crm.stop(), orders.stop()]);

console.log('');
for (const [what, count] of [...counts].sort()) console.log(`${what.padEnd(24)} ${count}`);
console.log(`\nlog: ${(logged / 1e6).toFixed(1)} MB; secrets in it or in a reply: ${leaks.size === 0 ? 'none' : [...leaks].join(', ')}`);
// The first tenth warms up; after it, what grows without end grows in the second half too.
const settled = samples.slice(Math.ceil(samples.length / 10));
const middle = Math.floor(settled.length / 2);
const most = (part, of) => Math.max(...part.map(of));
const growth = (of) => most(settled.slice(middle), of) - most(settled.slice(0, middle), of);
const grown = { gateway: growth((each) => each.gateway), engine: growth((each) => each.engines[0] ?? 0) };
console.log(`highest memory of the second half over that of the first: gateway ${grown.gateway.toFixed(1)} MB, largest engine process ${grown.engine.toFixed(1)} MB`);
for (const fault of faults) console.log(`fault: ${fault}`);
if (!alive) console.log('the gateway ended by itself');
process.exitCode = leaks.size > 0 || faults.length > 0 || !alive || grown.gateway > 8 || grown.engine > 64 ? 1 : 0;
