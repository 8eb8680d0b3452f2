// The program as a client: what people type and scripts rely on.

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { program, startGateway } from '../support/gateway.mjs';
import { freePort, run, temporaryFolder } from '../support/process.mjs';

const token = 'cli-t0ken-0123456789';

describe('the commands of the program', { timeout: 120_000 }, () => {
  let gateway, folder;
  before(async () => {
    folder = await temporaryFolder();
    gateway = await startGateway({ samples: true, env: { DATASOURCE_TOKEN: token } });
  });
  after(async () => {
    await gateway?.stop();
    await folder?.remove();
  });

  const datasource = (args, { env = {}, ...options } = {}) =>
    run(program, args, { check: false, env: { DATASOURCE_URL: gateway.url, DATASOURCE_TOKEN: token, ...env }, ...options });
  const json = async (...args) => {
    const { code, stdout, stderr } = await datasource([...args, '--json']);
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout);
  };

  test('health and connectors, for people and for machines', async () => {
    assert.match((await datasource(['health'])).stdout, /^ok, version \S+, engine duckdb \S+\n$/);
    assert.equal((await json('health')).status, 'ok');
    assert.match((await datasource(['connectors'])).stdout, /^CONNECTOR +TITLE +DESCRIPTION\npostgresql +PostgreSQL/);
    assert.ok((await json('connectors')).some(({ id }) => id === 'mysql'));
    assert.match((await datasource(['connectors', 'postgresql'])).stdout, /properties\.host +host +required/);
    assert.equal((await datasource(['connectors', 'nope'])).code, 1);
  });

  test('a data source from create to delete, by flags', async () => {
    const created = await datasource(
      ['sources', 'create', 'crm', 'postgresql', '--property', 'host=db1', '--property', 'port=5433', '--property', 'database=crm', '--username', 'app', '--password-stdin', '--description', 'Customers', '--role', 'analyst'],
      { input: 'cli-s3cret\n' },
    );
    assert.equal(created.code, 0, created.stderr);
    assert.equal(created.stdout, 'Created DataSource with name crm\n');
    const read = await json('sources', 'get', 'crm');
    assert.deepEqual([read.properties.port, read.configuration.credentials.password, read.allowedRoles], [5433, '******', ['analyst']]);
    assert.match((await datasource(['sources', 'get', 'crm'])).stdout, /^Name +crm\nConnector +postgresql\nStatus +ACTIVE\n/);
    assert.match((await datasource(['sources', 'list'])).stdout, /^NAME +CONNECTOR +STATUS +WHERE +DESCRIPTION\ncrm +postgresql +ACTIVE +db1:5433\/crm +Customers\n/);
    assert.equal((await datasource(['sources', 'list', '--names'])).stdout, 'crm\nevents\nshop\n');

    assert.equal((await datasource(['sources', 'patch', 'crm', '--status', 'disabled', '--property', 'connectionTimeout=500'])).code, 0);
    const patched = await json('sources', 'get', 'crm');
    assert.deepEqual([patched.status, patched.properties.connectionTimeout, patched.properties.host, patched.description], ['DISABLED', 500, 'db1', 'Customers']);

    const updated = await datasource(['sources', 'update', 'crm', 'mysql', '--property', 'host=db2', '--property', 'database=x', '--username', 'app']);
    assert.equal(updated.code, 0, updated.stderr);
    assert.equal((await json('sources', 'get', 'crm')).connector, 'mysql');
    assert.equal((await datasource(['sources', 'delete', 'crm'])).stdout, 'Deleted DataSource with name crm\n');
    const gone = await datasource(['sources', 'get', 'crm']);
    assert.equal(gone.code, 1);
    assert.match(gone.stderr, /^datasource: there is no data source named "crm"\n$/);
  });

  test('sources are applied from YAML and JSON, passwords from the environment', async () => {
    const path = join(folder.path, 'sources.yaml');
    await writeFile(path, `
name: crm
connector: postgresql
properties: { host: db1, database: crm, port: 5433 }
configuration: { credentials: { username: app, password: "\${CRM_PASSWORD}" } }
---
- name: warehouse
  connector: mysql
  description: "5433"
  properties: { host: db2, database: w }
  configuration: { credentials: { username: app } }
`);
    const unset = await datasource(['sources', 'apply', '--file', path]);
    assert.equal(unset.code, 2);
    assert.match(unset.stderr, /CRM_PASSWORD is not set/);
    const first = await datasource(['sources', 'apply', '-f', path], { env: { CRM_PASSWORD: 'yaml-s3cret' } });
    assert.equal(first.stdout, 'Created DataSource with name crm\nCreated DataSource with name warehouse\n', first.stderr);
    const again = await datasource(['sources', 'apply', '-f', path], { env: { CRM_PASSWORD: 'yaml-s3cret' } });
    assert.equal(again.stdout, 'Updated DataSource with name crm\nUpdated DataSource with name warehouse\n');
    assert.equal((await json('sources', 'get', 'crm')).properties.port, 5433);
    assert.equal((await json('sources', 'get', 'warehouse')).description, '5433');
    const fromJson = await datasource(['sources', 'apply', '-f', '-'], { input: JSON.stringify({ name: 'third', connector: 'sqlite', properties: { path: '/srv/x.db' } }) });
    assert.equal(fromJson.stdout, 'Created DataSource with name third\n');
    assert.equal((await datasource(['sources', 'delete', 'crm', 'warehouse', 'third'])).code, 0);
    const broken = await datasource(['sources', 'apply', '-f', '-'], { input: 'name: [\n' });
    assert.equal(broken.code, 2);
    assert.match(broken.stderr, /standard input: it is neither YAML nor JSON: line 2/);
  });

  test('broken rules are told one by one, before anything is sent', async () => {
    const { code, stderr } = await datasource(['sources', 'create', 'c r m', 'postgresql', '--property', 'port=70000'], { env: { DATASOURCE_URL: `http://127.0.0.1:${await freePort()}` } });
    assert.equal(code, 2);
    assert.match(stderr, /^datasource: \d rules are broken:\n {2}name: .*\n/);
    assert.match(stderr, /properties\.port: "70000" is not a port/);
  });

  test('a connection test passes or fails with its exit code', async () => {
    const passed = await datasource(['sources', 'test', 'shop']);
    assert.equal(passed.code, 0);
    assert.match(passed.stdout, /^CHECK +RESULT +TIME +MESSAGE\nOpen the file +passed/);
    const failed = await datasource(['sources', 'test', '-f', '-', '--json'], { input: '{"name": "x", "connector": "sqlite", "properties": {"path": "/no/such.db"}}' });
    assert.equal(failed.code, 1);
    assert.equal(JSON.parse(failed.stdout).passed, false);
  });

  test('tables and columns of a source', async () => {
    assert.match((await datasource(['sources', 'schema', 'shop'])).stdout, /main\.orders +table +id +long/);
    assert.deepEqual((await json('sources', 'schema', 'shop', '--table', 'orders')).tables.map(({ name }) => name), ['orders']);
  });

  test('sql as a table, as CSV, as JSON, from a file, from standard input and in pages', async () => {
    const table = await datasource(['sql', "select 1 as id, 'x' as name union all select 22, null order by id"]);
    assert.equal(table.stdout, 'id  name\n--  ----\n 1  x   \n22  NULL\n');
    assert.equal(table.stderr, '2 rows\n');
    assert.equal((await datasource(['sql', "select 1 as id, 'a,b' as t", '--format', 'csv'])).stdout, 'id,t\n1,"a,b"\n');
    assert.deepEqual((await json('sql', 'select count(*) as n from shop.orders')).datarows, [[5000]]);
    const path = join(folder.path, 'query.sql');
    await writeFile(path, 'select 7 as seven');
    assert.match((await datasource(['sql', '--file', path])).stdout, /7/);
    assert.match((await datasource(['sql'], { input: 'select 8 as eight' })).stdout, /8/);
    const pages = await datasource(['sql', 'select range as i from range(25)', '--page', '10']);
    assert.equal(pages.stderr, '25 rows\n');
    assert.equal(pages.stdout.match(/^ *i$/gm).length, 3);
    const wrong = await datasource(['sql', 'selec 1']);
    assert.equal(wrong.code, 1);
    assert.match(wrong.stderr, /syntax error/i);
  });

  test('no gateway, a wrong token and a misuse have exit codes of their own', async () => {
    const unreachable = await datasource(['sources', 'list', '--url', `http://127.0.0.1:${await freePort()}`]);
    assert.equal(unreachable.code, 3);
    assert.match(unreachable.stderr, /^datasource: nothing answers at http/);
    assert.equal((await datasource(['sources', 'list'], { env: { DATASOURCE_TOKEN: 'wrong' } })).code, 1);
    assert.equal((await datasource(['sources', 'nope'])).code, 2);
    assert.equal((await datasource(['sources', 'patch', 'shop', '--property', 'nonsense'])).code, 2);
  });

  test('help has examples, and completion knows commands, options and names', async () => {
    for (const args of [['sources', '--help'], ['sql', '--help'], ['serve', '--help']]) {
      const { code, stdout } = await datasource(args);
      assert.equal(code, 0);
      assert.match(stdout, /Examples:/, args.join(' '));
    }
    const script = join(folder.path, 'completion.bash');
    await writeFile(script, (await datasource(['completion', 'bash'])).stdout);
    const complete = async (...words) => {
      const quoted = words.map((word) => `'${word}'`).join(' ');
      const { stdout } = await run('bash', ['-c', `PATH=$(dirname "$1"):$PATH; source "$2"; COMP_WORDS=(datasource ${quoted}); COMP_CWORD=${words.length}; _datasource; printf '%s\\n' "\${COMPREPLY[@]}"`, 'bash', program, script], { env: { DATASOURCE_URL: gateway.url, DATASOURCE_TOKEN: token } });
      return stdout.trim().split('\n');
    };
    assert.deepEqual(await complete('so'), ['sources']);
    assert.deepEqual((await complete('sources', '')).filter((word) => !word.startsWith('--')), ['list', 'get', 'create', 'update', 'apply', 'patch', 'delete', 'test', 'schema', 'health']);
    assert.deepEqual((await complete('sources', 'test', '')).filter((word) => !word.startsWith('--')), ['events', 'shop']);
    assert.ok((await complete('sql', '--f')).includes('--format'));
    assert.match((await datasource(['completion', 'fish'])).stdout, /complete -c datasource .* -a sources/);
    assert.match((await datasource(['completion', 'zsh'])).stdout, /bashcompinit/);
  });

  test('no secret is printed or logged', () => {
    for (const secret of ['cli-s3cret', 'yaml-s3cret', token]) assert.ok(!gateway.log().includes(secret), secret);
  });
});
