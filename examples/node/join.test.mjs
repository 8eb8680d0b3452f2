import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { startMariaDb, startPostgreSql } from '../../tests/support/databases.mjs';
import { startGateway } from '../../tests/support/gateway.mjs';
import { freePort, run } from '../../tests/support/process.mjs';
import * as shop from '../../tests/support/shop.mjs';

const script = fileURLToPath(new URL('join.mjs', import.meta.url));
const join = (args, options) => run(process.execPath, [script, ...args], options);
const table = (text) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'));

describe('examples/node/join.mjs', { timeout: 120_000 }, () => {
  let gateway;
  before(async () => {
    gateway = await startGateway({ samples: true });
  });
  after(() => gateway?.stop());

  test('joins the samples, the URL as argument or in the environment', async () => {
    const [head, ...rows] = table((await join([gateway.url])).stdout);
    assert.deepEqual(head, ['country', 'orders', 'revenue']);
    assert.ok(rows.length > 1);
    for (const [country, orders, revenue] of rows)
      assert.ok(country !== '' && Number(orders) > 0 && Number(revenue) > 0, `${country} ${orders} ${revenue}`);
    const revenues = rows.map(([, , revenue]) => Number(revenue));
    assert.deepEqual(
      revenues,
      revenues.toSorted((a, b) => b - a),
    );

    const { stdout } = await join([], { env: { DATASOURCE_URL: gateway.url } });
    assert.deepEqual(table(stdout), [head, ...rows]);
  });

  test('registers, tests and joins a PostgreSQL and a MariaDB; a second time too', async () => {
    const [crm, orders] = await Promise.all([
      startPostgreSql({ sql: shop.postgreSql }),
      startMariaDb({ sql: shop.mariaDb }),
    ]);
    try {
      const env = {
        PGHOST: '127.0.0.1',
        PGPORT: crm.port,
        PGDATABASE: 'crm',
        PGUSER: 'app',
        PGPASSWORD: crm.password,
        MYSQL_HOST: '127.0.0.1',
        MYSQL_PORT: orders.port,
        MYSQL_DATABASE: 'shop',
        MYSQL_USER: 'app',
        MYSQL_PASSWORD: orders.password,
      };
      const rows = [
        ['region', 'orders', 'total'],
        ...shop.expectedRows().map(([region, count, total]) => [region ?? '', String(count), total]),
      ];
      for (const created of ['Created DataSource with name crm', 'crm is registered already']) {
        const { stdout } = await join([gateway.url, shop.joinStatement('crm', 'orders')], { env });
        const lines = table(stdout);
        assert.deepEqual(lines[0], [created]);
        assert.match(lines[1][0], /^crm: passed: PostgreSQL 1/);
        assert.match(lines[3][0], /^orders: passed: MariaDB 1/);
        assert.deepEqual(lines.slice(4), rows);
      }
    } finally {
      await Promise.all([crm.stop(), orders.stop()]);
    }
  });

  test('says in one line what is wrong', async () => {
    const nothing = await join([`http://127.0.0.1:${await freePort()}`], { check: false });
    assert.equal(nothing.code, 1);
    assert.match(
      nothing.stderr,
      /^the server at http:\/\/127\.0\.0\.1:\d+ could not be reached: connect ECONNREFUSED .*\n$/,
    );
    const wrong = await join([gateway.url, 'select * from nowhere.orders'], { check: false });
    assert.equal(wrong.code, 1);
    assert.match(wrong.stderr, /^[^\n]*nowhere[^\n]*\n$/);
  });
});
