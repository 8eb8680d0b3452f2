// What the databases see of the gateway: how many connections, for how long, and what it tells of their views.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { startMariaDb, startPostgreSql } from '../support/databases.mjs';
import { curl, startGateway } from '../support/gateway.mjs';
import { until } from '../support/process.mjs';

const base = '/_plugins/_query/_datasources';

describe('connections and views of PostgreSQL and MariaDB', { timeout: 180_000 }, () => {
  let crm, orders, gateway;
  before(async () => {
    [crm, orders, gateway] = await Promise.all([
      startPostgreSql({
        sql: `create table customers as select i as id, 'name ' || i as name from generate_series(1, 2000) i;
              create view names as select name from customers; create materialized view counts as select count(*) as n from customers`,
      }),
      startMariaDb({ sql: 'create table orders as select seq as id, seq % 7 as kind from seq_1_to_2000; create view kinds as select distinct kind from orders;' }),
      startGateway({ args: ['--engines', '1'] }),
    ]);
    for (const [name, connector, { username, password, ...properties }] of [['crm', 'postgresql', crm.config], ['orders', 'mysql', orders.config]]) {
      const source = { name, connector, properties: { ...properties, maxConnections: 2, idleTimeout: 300 }, configuration: { credentials: { username, password } } };
      const created = await curl(gateway.url, 'POST', base, source);
      assert.equal(created.status, 201, created.text);
    }
  });
  after(() => Promise.all([crm?.stop(), orders?.stop(), gateway?.stop()]));

  test('views are told from tables', async () => {
    const kinds = async (name) => {
      const reply = await curl(gateway.url, 'GET', `${base}/${name}/_schema`);
      assert.equal(reply.status, 200, reply.text);
      return reply.json().tables.map(({ name: table, type }) => [table, type]);
    };
    assert.deepEqual(await kinds('crm'), [['counts', 'view'], ['customers', 'table'], ['names', 'view']]);
    assert.deepEqual(await kinds('orders'), [['kinds', 'view'], ['orders', 'table']]);
  });

  const databases = [
    ['PostgreSQL', 'crm.public.customers', () => crm.query("select count(*) from pg_stat_activity where usename = 'app'")],
    ['MariaDB', 'orders.orders', () => orders.query("select count(*) from information_schema.processlist where user = 'app'")],
  ];
  for (const [title, table, count] of databases) {
    test(`an engine process never has more connections to ${title} than maxConnections, and closes those that are idle`, async () => {
      let most = 0;
      let running = true;
      const watching = (async () => {
        while (running) most = Math.max(most, Number(await count()));
      })();
      const replies = await Promise.all(
        Array.from({ length: 10 }, (_, i) => curl(gateway.url, 'POST', '/_plugins/_sql', { query: `select count(*) as n from ${table} a join ${table} b using (id) where a.id > ${i}` })),
      );
      running = false;
      await watching;
      for (const [i, reply] of replies.entries()) {
        assert.equal(reply.status, 200, reply.text);
        assert.deepEqual(reply.json().datarows, [[2000 - i]]);
      }
      assert.ok(most >= 1 && most <= 2, `${most} connections at a time`);
      await until('the idle connections closed', async () => Number(await count()) === 0);
    });
  }
});
