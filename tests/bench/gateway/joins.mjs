// A join of two servers' tables beside plain DuckDB and a warm Trino.

import { writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

import { startMariaDb, startPostgreSql } from '../../support/databases.mjs';
import { curl } from '../../support/gateway.mjs';
import { recommended, startTrino, trinoMissing } from '../../support/trino.mjs';
import { base, plain, runs, timed } from './measure.mjs';
import { heading, median, skip, tell } from './report.mjs';

const cache = process.env.DATASOURCE_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'datasource-sdk');
const extensions = join(cache, 'duckdb-1.5.5', `${process.platform}-${process.arch === 'x64' ? 'x86_64' : 'aarch64'}`, 'extensions');

/** How often Trino runs the statement before it counts as warm: Java has compiled by then what the statement needs. */
const warmUps = 10;

const statement = (orders, customers) =>
  `select c.region, count(*) as n, sum(o.amount) as total from ${orders} o join ${customers} c on c.id = o.customer_id group by c.region order by c.region`;

/** Milliseconds that the join takes in the gateway, as a function. */
async function inGateway(gateway, folder, crm, shop) {
  const add = async (name, connector, { username, password, ...properties }) => {
    const { status, text } = await curl(gateway.url, 'POST', base, { name, connector, properties, configuration: { credentials: { username, password } } });
    if (status !== 201) throw new Error(text);
  };
  await add('crm', 'postgresql', crm.config);
  await add('orders', 'mysql', shop.config);
  const query = statement('orders.orders', 'crm.public.customers');
  const { status, text } = await curl(gateway.url, 'POST', '/_plugins/_sql', { query });
  if (status !== 200) throw new Error(text);
  const file = join(folder.path, 'join.json');
  await writeFile(file, JSON.stringify({ query }));
  return { rows: JSON.parse(text).datarows, time: async () => (await timed(gateway, file)).last };
}

/** The same in DuckDB alone. The second time, so that it is as warm as the gateway. */
function inDuckDb(crm, shop) {
  const query = statement('orders.orders', 'crm.public.customers');
  const statements = [
    `LOAD '${extensions}/postgres_scanner.duckdb_extension'`, `LOAD '${extensions}/mysql_scanner.duckdb_extension'`,
    `ATTACH 'host=127.0.0.1 port=${crm.port} user=app password=${crm.password} dbname=crm' AS crm (TYPE postgres, READ_ONLY)`,
    `ATTACH 'host=127.0.0.1 port=${shop.port} user=app password=${shop.password} database=shop' AS orders (TYPE mysql, READ_ONLY)`,
    query, query,
  ];
  return { time: async () => (await plain(statements)).at(-1) };
}

/** The same in a Trino that ran it before. */
async function inTrino(trino, crm, shop) {
  const catalog = (name, connector, url, { username, password }) =>
    trino.query(`CREATE CATALOG ${name} USING ${connector} WITH ("connection-url" = '${url}', "connection-user" = '${username}', "connection-password" = '${password}')`);
  await catalog('crm', 'postgresql', `jdbc:postgresql://127.0.0.1:${crm.port}/crm`, crm.config);
  await catalog('orders', 'mysql', `jdbc:mysql://127.0.0.1:${shop.port}?sslMode=DISABLED`, shop.config);
  const query = statement('orders.shop.orders', 'crm.public.customers');
  let rows;
  for (let i = 0; i < warmUps; i += 1) rows = await trino.query(query);
  const time = async () => {
    const begin = performance.now();
    await trino.query(query);
    return performance.now() - begin;
  };
  return { rows, time };
}

export async function joins(gateway, folder) {
  heading('MariaDB 1,000,000 rows joined with PostgreSQL 100,000 rows', 'Joined on a key, grouped to 50 rows. Each engine has run the statement before; Trino runs with the options of Java that its documentation gives.');
  const [crm, shop] = await Promise.all([
    startPostgreSql({ sql: "create table customers as select i as id, 'region ' || i % 50 as region from generate_series(1, 100000) i" }),
    startMariaDb({ sql: 'create table orders as select seq as id, seq * 7919 % 100000 + 1 as customer_id, cast(seq % 1000 as decimal(12, 2)) as amount from seq_1_to_1000000' }),
  ]);
  let trino;
  try {
    trino = trinoMissing ? undefined : await startTrino({ options: recommended });
    const engines = { gateway: await inGateway(gateway, folder, crm, shop), duckDb: inDuckDb(crm, shop), ...(trino && { trino: await inTrino(trino, crm, shop) }) };
    const totals = ({ rows }) => JSON.stringify(rows.map(([region, n, total]) => [region, n, Number(total)]));
    if (trino && totals(engines.gateway) !== totals(engines.trino)) throw new Error(`Trino gives other rows: ${totals(engines.trino)}, not ${totals(engines.gateway)}`);
    const times = Object.fromEntries(Object.keys(engines).map((name) => [name, []]));
    for (let turn = 0; turn < runs; turn += 1) {
      // Java goes on compiling for a while after Trino has answered: each of the other two comes next in its turn.
      const order = turn % 2 === 0 ? ['gateway', 'duckDb', 'trino'] : ['duckDb', 'gateway', 'trino'];
      for (const name of order) if (engines[name]) times[name].push(await engines[name].time());
    }
    tell('plain DuckDB', median(times.duckDb), ' ms');
    if (trino) tell('warm Trino', median(times.trino), ' ms');
    tell('gateway', median(times.gateway), ' ms');
    tell('gateway / plain DuckDB', median(times.gateway) / median(times.duckDb), 'x', { most: 1.1 });
    if (trino) tell('gateway / warm Trino', median(times.gateway) / median(times.trino), 'x', { most: 1 });
    else skip('warm Trino', trinoMissing);
  } finally {
    await Promise.all([crm.stop(), shop.stop(), trino?.stop()]);
  }
}
