// A join of two servers' tables beside plain DuckDB.

import { writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

import { startMariaDb, startPostgreSql } from '../../support/databases.mjs';
import { curl } from '../../support/gateway.mjs';
import { base, plain, runs, timed } from './measure.mjs';
import { median, tell } from './report.mjs';

const cache = process.env.DATASOURCE_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'datasource-sdk');
const extensions = join(cache, 'duckdb-1.5.5', `${process.platform}-${process.arch === 'x64' ? 'x86_64' : 'aarch64'}`, 'extensions');

export async function joins(gateway, folder) {
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
