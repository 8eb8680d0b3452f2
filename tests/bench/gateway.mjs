// What the gateway costs: rows over loopback beside DuckDB's own COPY, joins beside plain DuckDB, requests beside a constant.
//
// usage: node tests/bench/gateway.mjs PLAIN_DUCKDB      the program plain_duckdb of this folder
//
// Every pair is measured in this run, on this machine, in turn; the median of the runs is told. It ends with 1 when a target is missed.

import { readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

import Fastify from 'fastify';

import { startMariaDb, startPostgreSql } from '../support/databases.mjs';
import { curl, startGateway } from '../support/gateway.mjs';
import { run, temporaryFolder } from '../support/process.mjs';

const plainDuckDb = process.argv[2];
const runs = 7;
const base = '/_plugins/_query/_datasources';
const cache = process.env.DATASOURCE_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'datasource-sdk');
const extensions = join(cache, 'duckdb-1.5.5', `${process.platform}-${process.arch === 'x64' ? 'x86_64' : 'aarch64'}`, 'extensions');

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const misses = [];

/** One line, and whether the target was met. */
function tell(what, value, unit, target) {
  const met = target === undefined || value <= target.most;
  if (!met) misses.push(what);
  const verdict = target === undefined ? '' : `   target: at most ${target.most}${unit}${met ? '' : '   MISSED'}`;
  console.log(`${what.padEnd(64)}${value.toFixed(2).padStart(10)} ${unit}${verdict}`);
}

async function plain(statements) {
  const { stdout } = await run(plainDuckDb, [], { input: `${statements.join('\n')}\n`, timeout: 300_000 });
  return stdout.trim().split('\n').map(Number);
}

/** First and last byte of a statement's reply in milliseconds, as curl sees them. */
async function timed(gateway, file) {
  const { stdout } = await run('curl', ['-sS', '-o', '/dev/null', '-H', 'Content-Type: application/json', '-w', '%{time_starttransfer} %{time_total} %{size_download}', '--data-binary', `@${file}`, `${gateway.url}/_plugins/_sql`]);
  const [first, last, size] = stdout.split(' ').map(Number);
  return { first: first * 1000, last: last * 1000, size };
}

const memory = async (gateway) => Number(/VmHWM:\s+(\d+)/.exec(await readFile(`/proc/${gateway.process.child.pid}/status`, 'utf8'))[1]);

async function rows(gateway, folder) {
  const select = "select i as id, i % 1000 as customer, (i % 100000)::decimal(12, 2) / 4 as amount, 'customer ' || i as name, DATE '2024-01-01' + (i % 365)::integer as day from range(1000000) t(i)";
  const file = join(folder.path, 'rows.json');
  await writeFile(file, JSON.stringify({ query: select }));
  await timed(gateway, file); // the engine process warms up
  const before = await memory(gateway);
  const one = join(folder.path, 'one.json');
  await writeFile(one, JSON.stringify({ query: 'select 1 as one' }));
  const replies = [];
  const copies = [];
  const floor = [];
  for (let i = 0; i < runs; i += 1) {
    replies.push(await timed(gateway, file));
    floor.push((await timed(gateway, one)).last);
    copies.push((await plain([`json ${select}`, `json ${select}`]))[1]);
  }
  console.log(`\n1,000,000 rows x 5 columns, ${(replies[0].size / 1e6).toFixed(0)} MB of JSON`);
  tell("DuckDB's COPY … (FORMAT json) to memory", median(copies), ' ms');
  tell('gateway, last byte', median(replies.map(({ last }) => last)), ' ms');
  tell('gateway, last byte / COPY', median(replies.map(({ last }) => last)) / median(copies), 'x', { most: 0.8 });
  tell('gateway, a reply of one row', median(floor), ' ms');
  tell('gateway, first byte', median(replies.map(({ first }) => first)), ' ms', { most: 20 });
  tell("growth of the gateway's memory over it", ((await memory(gateway)) - before) / 1024, ' MB', { most: 8 });
}

async function joins(gateway, folder) {
  const [crm, shop] = await Promise.all([
    startPostgreSql({ sql: "create table customers as select i as id, 'region ' || i % 50 as region from generate_series(1, 100000) i" }),
    startMariaDb({ sql: 'create table orders as select seq as id, seq * 7919 % 100000 + 1 as customer_id, cast(seq % 1000 as decimal(12, 2)) as amount from seq_1_to_1000000' }),
  ]);
  try {
    const add = async (name, connector, { username, password, ...properties }) => curl(gateway.url, 'POST', base, { name, connector, properties, configuration: { credentials: { username, password } } });
    await add('crm', 'postgresql', crm.config);
    await add('orders', 'mysql', shop.config);
    const join_ = 'select c.region, count(*) as n, sum(o.amount) as total from orders.orders o join crm.public.customers c on c.id = o.customer_id group by c.region order by c.region';
    const file = join(folder.path, 'join.json');
    await writeFile(file, JSON.stringify({ query: join_ }));
    await timed(gateway, file);
    const attach = [
      `LOAD '${extensions}/postgres_scanner.duckdb_extension'`, `LOAD '${extensions}/mysql_scanner.duckdb_extension'`,
      `ATTACH 'host=127.0.0.1 port=${crm.port} user=app password=${crm.password} dbname=crm' AS crm (TYPE postgres, READ_ONLY)`,
      `ATTACH 'host=127.0.0.1 port=${shop.port} user=app password=${shop.password} database=shop' AS orders (TYPE mysql, READ_ONLY)`,
      join_,
    ];
    const ours = [];
    const theirs = [];
    for (let i = 0; i < runs; i += 1) {
      ours.push((await timed(gateway, file)).last);
      theirs.push((await plain([...attach, join_])).at(-1)); // the second time, as warm as the gateway
    }
    console.log('\nMariaDB 1,000,000 rows joined with PostgreSQL 100,000 rows');
    tell('plain DuckDB', median(theirs), ' ms');
    tell('gateway', median(ours), ' ms');
    tell('gateway / plain DuckDB', median(ours) / median(theirs), 'x', { most: 1.1 });
  } finally {
    await Promise.all([crm.stop(), shop.stop()]);
  }
}

async function requests(gateway, folder) {
  const rate = async (url, script, threads = 1) => {
    const { stdout } = await run('wrk', [`-t${threads}`, '-c64', '-d3s', ...(script ? ['-s', script] : []), url]);
    // wrk asks a script for one request that it does not send, which costs a life its beginning.
    if (Number(/Non-2xx or 3xx responses: (\d+)/.exec(stdout)?.[1] ?? 0) > 3) throw new Error(stdout);
    return Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)[1]);
  };
  const source = (name) => ({ name, connector: 'sqlite', properties: { path: '/srv/shop.db' } });
  await curl(gateway.url, 'POST', base, source('shop'));
  const json = 'wrk.headers["Content-Type"] = "application/json"\n';
  const update = join(folder.path, 'update.lua');
  await writeFile(update, `${json}wrk.method = "PUT"\nwrk.body = '${JSON.stringify(source('shop'))}'\n`);
  // A connection a thread, so that each creates, reads, changes and removes sources of its own in that order.
  const lives = join(folder.path, 'lives.lua');
  await writeFile(lives, `${json}
local threads = 0
function setup(thread) thread:set("id", threads); threads = threads + 1 end
local turn, life = -1, 0
function request()
  turn = (turn + 1) % 4
  if turn == 0 then life = life + 1 end
  local name = "s" .. id .. "_" .. life
  local body = '${JSON.stringify(source('NAME'))}'
  if turn == 0 then return wrk.format("POST", "${base}", nil, (body:gsub("NAME", name))) end
  if turn == 1 then return wrk.format("GET", "${base}/" .. name, nil, "") end
  if turn == 2 then return wrk.format("PUT", "${base}", nil, (body:gsub("NAME", name))) end
  return wrk.format("DELETE", "${base}/" .. name, nil, "")
end
`);
  const fastify = Fastify();
  fastify.get('/', () => ({ status: 'ok', version: '0.1.0', engine: 'duckdb 1.5.5' }));
  const address = await fastify.listen({ port: 0, host: '127.0.0.1' });
  const constant = await rate(`${gateway.url}/_health`);
  const read = await rate(`${gateway.url}${base}/shop`);
  const list = await rate(`${gateway.url}${base}`);
  const write = await rate(`${gateway.url}${base}`, update);
  const crud = await rate(gateway.url, lives, 64);
  const other = await rate(`${address}/`);
  await fastify.close();
  console.log('\nrequests a second, 64 connections');
  tell('gateway, a constant (GET /_health)', constant, ' /s');
  tell('Fastify, the same constant', other, ' /s');
  tell('gateway, read a data source', read, ' /s');
  tell('gateway, list data sources', list, ' /s');
  tell('gateway, update a data source, durable', write, ' /s');
  tell('gateway, create, read, update, delete, durable', crud, ' /s');
  tell('constant / create, read, update, delete', constant / crud, 'x', { most: 2 });
}

const folder = await temporaryFolder();
const gateway = await startGateway({ args: ['--log-level', 'off'] });
try {
  await rows(gateway, folder);
  await joins(gateway, folder);
  await requests(gateway, folder);
} finally {
  await gateway.stop();
  await folder.remove();
}
if (misses.length > 0) console.log(`\nmissed: ${misses.join('; ')}`);
process.exitCode = misses.length > 0 ? 1 : 0;
