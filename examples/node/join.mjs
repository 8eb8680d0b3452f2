// Joins two data sources in one statement and prints the rows.
//
// usage: node join.mjs [URL [STATEMENT]]
//
// URL is the gateway's; without it DATASOURCE_URL, or else http://127.0.0.1:8480. Without more this joins the gateway's
// samples.
//
// With PGHOST and MYSQL_HOST set it joins your own databases: it registers them as `crm` and `orders` if those names
// are free, tests both, and runs STATEMENT. The rest of each comes from PGPORT, PGDATABASE, PGUSER, PGPASSWORD and
// MYSQL_PORT, MYSQL_DATABASE, MYSQL_USER, MYSQL_PASSWORD.

import { Client, ConflictError, mysql, postgresql } from 'datasource-sdk';

const sampleJoin = `select c.country, count(*) as orders, round(sum(o.amount), 2) as revenue
from shop.orders o join shop.customers c on c.id = o.customer_id
group by c.country order by revenue desc`;

const { env } = process;
const [url = env.DATASOURCE_URL ?? 'http://127.0.0.1:8480', statement = env.PGHOST ? undefined : sampleJoin] =
  process.argv.slice(2);

const database = (prefix) => ({
  host: env[`${prefix}HOST`],
  port: env[`${prefix}PORT`],
  database: env[`${prefix}DATABASE`],
  username: env[`${prefix}USER`],
  password: env[`${prefix}PASSWORD`],
});

async function register(client, name, connector) {
  try {
    console.log((await client.datasources.create({ name, connector })).message);
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    console.log(`${name} is registered already`);
  }
  const report = await client.datasources.test(name);
  console.log(`${name}: ${report.passed ? 'passed' : 'FAILED'}: ${report.message}`);
}

try {
  if (!statement)
    throw new Error('with PGHOST set, give the statement that joins crm and orders as the second argument');
  const client = await Client.connect({ url });
  if (env.PGHOST) await register(client, 'crm', postgresql(database('PG')));
  if (env.MYSQL_HOST) await register(client, 'orders', mysql(database('MYSQL_')));

  const result = await client.sql(statement);
  console.log(result.columns.map(({ name }) => name).join('\t'));
  for (const row of result.rows()) console.log(Object.values(row).join('\t'));
  result.dispose();
  client.close();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
