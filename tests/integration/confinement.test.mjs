// What user SQL must never reach: each attack is a test of its own, against a gateway with a real PostgreSQL behind it.

import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { after, before, describe, test } from 'node:test';

import { startPostgreSql } from '../support/databases.mjs';
import { curl, startGateway } from '../support/gateway.mjs';

const base = '/_plugins/_query/_datasources';

const attacks = {
  'reads files of the machine': [
    "select * from read_text('/etc/passwd')",
    "select * from read_blob('/etc/passwd')",
    "select * from read_csv('/etc/passwd')",
    "select * from read_csv_auto('/etc/passwd')",
    "select * from read_json('/etc/passwd')",
    "select * from read_ndjson_objects('/etc/passwd')",
    "select * from read_parquet('/etc/passwd')",
    "select * from parquet_scan('/etc/passwd')",
    "select * from parquet_metadata('/etc/passwd')",
    "select * from parquet_kv_metadata('/etc/passwd')",
    "select * from sniff_csv('/etc/passwd')",
    "select * from read_duckdb('/tmp/x.db')",
    "select * from glob('/*')",
    "select * from '/etc/passwd'",
    'select * from "/etc/passwd"',
    "from '/etc/passwd'",
    'select * from shop."/etc/passwd"',
    'select * from shop.main."/etc/passwd"',
    "select * from '/proc/self/environ'",
    'select * from "READ_TEXT"(\'/etc/passwd\')',
    "select * from main.read_text('/etc/passwd')",
    "select * from system.main.read_text('/etc/passwd')",
    "select * from read_text(['/etc/passwd'])",
    "select * from (select * from read_text('/etc/passwd'))",
    "with x as (select * from glob('/*')) select * from x",
    "with recursive x as (select 1 as i union all select i + 1 from x, read_text('/etc/passwd') where i < 2) select * from x",
    "select (select content from read_text('/etc/passwd'))",
    "select 1 where exists (from read_blob('/etc/shadow'))",
    "select * from shop.orders, lateral (select * from read_text('/etc/passwd'))",
    "select * from shop.orders o join read_text('/etc/passwd') t on true",
    "select 1 union all select content from read_text('/etc/passwd')",
    "select 1 order by (select content from read_text('/etc/passwd'))",
    "select 1 limit (select 1 from read_text('/etc/passwd'))",
    "select case when true then (select content from read_text('/etc/passwd')) end",
    "select list_transform([1], x -> (select content from read_text('/etc/passwd')))",
    "select * from shop.orders tablesample (select 1 from read_text('/etc/passwd'))",
    "select /* hidden */ * from /* */ read_text /* */ ('/etc/passwd')",
    "select * from range(1) t(i) where i in (select 1 from read_text('/etc/passwd'))",
    "pivot (select * from read_text('/etc/passwd')) on filename using count(*)",
    "select * from sqlite_scan('/etc/passwd', 'x')",
    "select * from sqlite_query('shop', 'select 1')",
    "select * from st_read('/etc/passwd')",
    "select * from iceberg_scan('/tmp/x')",
    "select * from delta_scan('/tmp/x')",
  ],
  'reaches other servers': [
    "select * from read_parquet('http://127.0.0.1:PORT/x.parquet')",
    "select * from 'http://127.0.0.1:PORT/x.csv'",
    "select * from 's3://bucket/x.parquet'",
    "select * from postgres_scan('host=127.0.0.1 port=PORT', 'public', 'x')",
    "select * from postgres_scan_pushdown('host=127.0.0.1 port=PORT', 'public', 'x')",
    "select * from postgres_query('crm', 'select 1')",
    "select * from postgres_query('host=127.0.0.1 port=PORT', 'select 1')",
    "call postgres_execute('crm', 'select 1')",
    "call postgres_attach('host=127.0.0.1 port=PORT')",
    "select * from mysql_scan('host=127.0.0.1 port=PORT', 'x', 'y')",
    "select * from mysql_query('shop', 'select 1')",
    "call mysql_execute('shop', 'select 1')",
    "select * from odbc_scan('x', 'y')",
    "select http_get('http://127.0.0.1:PORT/')",
  ],
  'looks into the engine': [
    'select * from duckdb_secrets()',
    'select * from duckdb_databases()',
    'select * from duckdb_settings()',
    'select * from duckdb_functions()',
    'select * from duckdb_tables()',
    'select * from duckdb_views()',
    'select * from duckdb_temporary_files()',
    'select * from duckdb_logs()',
    'select * from pragma_database_list()',
    'select * from pragma_table_info(\'shop.orders\')',
    'select * from information_schema.tables',
    'select * from pg_catalog.pg_class',
    'select * from system.information_schema.tables',
    'select * from crm.information_schema.tables',
    'select * from crm.pg_catalog.pg_shadow',
    'select * from crm.PG_CATALOG.pg_authid',
    'select * from shop.sqlite_master',
    'select * from memory.main.x',
    'select * from temp.main.x',
    "select getenv('PATH')",
    "select current_setting('home_directory')",
    "select which_secret('s3://x', 's3')",
    "select getvariable('x')",
    "select inet_server_addr()",
    "select pg_get_viewdef(1)",
    "select * from test_all_types()",
    "select * from sql_auto_complete('sel')",
    "select * from arrow_scan(1, 2, 3)",
    "select * from pandas_scan(1)",
    'show all tables',
    'describe shop.orders',
    'summarize shop.orders',
    'show databases',
  ],
  'hides a statement in a text': [
    "select * from query('select 1')",
    "select * from query_table('shop.orders')",
    "select * from json_execute_serialized_sql('{}')",
    "select json_serialize_plan('select 1')",
    "select * from from_substrait('x')",
    "prepare p as select 1",
    "execute p",
    "execute immediate 'select 1'",
  ],
  'changes something': [
    "attach '/tmp/x.db' as x",
    "detach shop",
    "copy (select 1) to '/tmp/datasource-attack'",
    "copy shop.orders to '/tmp/datasource-attack'",
    "export database '/tmp/datasource-attack'",
    "import database '/tmp/datasource-attack'",
    'install httpfs',
    "install spatial from 'http://127.0.0.1:PORT'",
    'load httpfs',
    "load '/tmp/x.duckdb_extension'",
    'set threads = 1',
    "set global enable_external_access = true",
    'reset threads',
    'set variable x = 1',
    'pragma enable_external_access',
    'pragma database_list',
    'call pragma_version()',
    'create table shop.x (i integer)',
    'create temp table x as select 1',
    'create or replace macro m() as 1',
    "create secret (type s3)",
    'create schema x',
    'create view v as select 1',
    'create type t as integer',
    'create sequence s',
    'drop table shop.orders',
    'drop secret x',
    'alter table shop.orders rename to x',
    'delete from shop.orders',
    'truncate shop.orders',
    'update shop.orders set amount = 0',
    'insert into shop.orders values (1)',
    'insert into crm.public.customers values (1) returning *',
    'merge into shop.orders using shop.orders o on true when matched then delete',
    'with x as (delete from crm.public.customers returning *) select * from x',
    'vacuum', 'checkpoint', 'force checkpoint', 'analyze', 'use shop', 'begin transaction', 'commit',
    'explain analyze delete from shop.orders',
    'explain select 1',
    'select checkpoint()',
    "select write_log('x')",
    "select nextval('s')",
    'select 1; select 2',
    'select 1; drop table shop.orders',
    'select 1 /* */ ; -- \n drop table shop.orders',
    'select * into x from shop.orders',
    'comment on table shop.orders is \'x\'',
  ],
  'breaks the parser or the walk': [
    `select ${'(select '.repeat(3000)}1${')'.repeat(3000)}`,
    `select ${'1 + '.repeat(20000)}1`,
    'select * from shop.orders at (version => 1)',
    "select 1 where $1 = 'x'",
    "select ?",
    "select * from shop.orders positional join read_text('/etc/passwd')",
    'values (1), (select content from read_text(\'/etc/passwd\'))',
    'table duckdb_settings',
    "select cast('x' as crm.public.mood)",
    'select columns(x -> (select 1 from duckdb_secrets()))',
  ],
};

describe('user SQL', { timeout: 180_000 }, () => {
  let crm, gateway, listener;
  let connections = 0;
  before(async () => {
    listener = createServer((socket) => {
      connections += 1;
      socket.destroy();
    });
    await new Promise((resolve) => listener.listen(0, '127.0.0.1', resolve));
    [crm, gateway] = await Promise.all([startPostgreSql({ sql: "create table customers (id integer primary key); insert into customers values (1), (2); create type mood as enum ('x')" }), startGateway({ samples: true })]);
    const { username, password, ...properties } = crm.config;
    await curl(gateway.url, 'POST', base, { name: 'crm', connector: 'postgresql', properties, configuration: { credentials: { username, password } } });
  });
  after(async () => {
    listener?.close();
    await Promise.all([crm?.stop(), gateway?.stop()]);
  });

  const sql = async (query) => {
    const reply = await fetch(`${gateway.url}/_plugins/_sql`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ query }) });
    return { status: reply.status, text: await reply.text() };
  };

  for (const [what, statements] of Object.entries(attacks)) {
    describe(`that ${what} is refused`, () => {
      for (const statement of statements) {
        test(statement.slice(0, 100), async () => {
          const { status, text } = await sql(statement.replaceAll('PORT', String(listener.address().port)));
          assert.ok([400, 403, 404].includes(status), `${status} ${text.slice(0, 300)}`);
          const { details } = JSON.parse(text).error;
          assert.ok(details.length > 10, details);
          for (const secret of ['root:', crm.password]) assert.ok(!text.includes(secret));
        });
      }
    });
  }

  test('none of them connected anywhere, wrote a file or changed a row', async () => {
    assert.equal(connections, 0);
    assert.deepEqual((await readdir(tmpdir())).filter((name) => name.startsWith('datasource-attack')), []);
    assert.deepEqual(JSON.parse((await sql('select (select count(*) from shop.orders), (select count(*) from crm.public.customers)')).text).datarows, [[5000, 2]]);
    assert.equal((await crm.query('select count(*) from customers')).trim(), '2');
  });

  test('what is harmless still runs', async () => {
    for (const statement of ['select 1', 'values (1), (2)', 'from shop.orders limit 1', "select * from (pivot shop.orders on status in ('paid') using count(*)) limit 1", 'with recursive t(i) as (select 1 union all select i + 1 from t where i < 5) select * from t', "select 'read_text(''/etc/passwd'')' as harmless", 'select * from unnest([1, 2]) u(i)'])
      assert.ok([200, 400].includes((await sql(statement)).status) && !(await sql(statement)).text.includes('not allowed'), statement);
  });
});
