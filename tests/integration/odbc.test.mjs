// The ODBC reader of SQL Server's sources against a real server: PostgreSQL, through its own ODBC driver. No SQL Server can be had from a
// package registry; what is peculiar to it is tested natively without one.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { startPostgreSql } from '../support/databases.mjs';
import { repository } from '../support/gateway.mjs';
import { run } from '../support/process.mjs';

const program = ['debug', 'sanitize'].map((preset) => join(repository, 'build', preset, 'tests/odbc_tests')).find(existsSync);

test('the ODBC reader reads a real server', { timeout: 120_000, skip: !program && 'odbc_tests is not built: run cmake --build --preset debug' }, async () => {
  const server = await startPostgreSql();
  try {
    const { port, database, username, password } = server.config;
    const connection = `Driver={PostgreSQL Unicode};Server=127.0.0.1;Port=${port};Database=${database};UID=${username};PWD={${password}};`;
    await run(program, ['[.odbc]'], { env: { DATASOURCE_ODBC: connection } });
  } finally {
    await server.stop();
  }
});
