// Real PostgreSQL and MariaDB servers, each in a folder and on a port of its own.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { freePort, run, start, temporaryFolder, until } from './process.mjs';

/** PostgreSQL refuses to run as root; then it runs as the user that its Debian package made. */
async function postgresUser() {
  if (process.getuid() !== 0) return {};
  const id = async (flag) => Number((await run('id', [flag, 'postgres'])).stdout);
  return { uid: await id('-u'), gid: await id('-g') };
}

function postgresPrograms() {
  const root = '/usr/lib/postgresql';
  const versions = readdirSync(root).sort((a, b) => Number(b) - Number(a));
  return join(root, versions[0], 'bin');
}

/** PostgreSQL with a database `crm` and a user `app` that logs in by password. `sql` sets it up as superuser. */
export async function startPostgreSql({ sql = '', password = 'pg-s3cret' } = {}) {
  const user = await postgresUser();
  const folder = await temporaryFolder(process.getuid() === 0 ? user : undefined);
  const programs = postgresPrograms();
  const port = await freePort();
  const data = join(folder.path, 'data');
  await run(join(programs, 'initdb'), ['-D', data, '-U', 'postgres', '--auth-local=trust', '--auth-host=scram-sha-256', '--no-sync', '-E', 'UTF8'], { ...user, cwd: folder.path });
  let server;
  const serve = async () => {
    server = start(
      join(programs, 'postgres'),
      ['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-c', `unix_socket_directories=${folder.path}`, '-c', 'fsync=off', '-c', 'log_connections=on'],
      user,
    );
    await until('PostgreSQL accepting connections', async () => {
      if (!server.running()) throw new Error(`PostgreSQL ended:\n${server.output.stderr}`);
      return (await run('pg_isready', ['-h', folder.path, '-p', String(port)], { check: false })).code === 0;
    });
  };
  const psql = (database, input) =>
    run('psql', ['-h', folder.path, '-p', String(port), '-U', 'postgres', '-d', database, '-v', 'ON_ERROR_STOP=1', '-qAt'], { input, cwd: folder.path });
  await serve();
  await psql('postgres', `create role app login password '${password}'; create database crm;`);
  await psql('crm', `${sql}; grant usage on schema public to app; grant select on all tables in schema public to app;`);
  return {
    port,
    password,
    config: { host: '127.0.0.1', port, database: 'crm', username: 'app', password },
    query: async (text) => (await psql('crm', text)).stdout,
    /** Takes the server away; `comeBack` starts it again, on the same port and with the same data. */
    goAway: () => server.stop('SIGINT'),
    comeBack: serve,
    async stop() {
      await server.stop('SIGINT');
      await folder.remove();
    },
  };
}

/** MariaDB with a database `shop` and a user `app` that logs in by password. */
export async function startMariaDb({ sql = '', password = 'my-s3cret' } = {}) {
  // The Debian package without a service makes no user of its own.
  const asRoot = process.getuid() === 0 ? ['--user=root'] : [];
  const folder = await temporaryFolder();
  const port = await freePort();
  const data = join(folder.path, 'data');
  const socket = join(folder.path, 'socket');
  // A server that starts removes the temporary tables that it finds: those of another one, when both have the same folder for them.
  const ownTables = `--tmpdir=${folder.path}`;
  await run('mariadb-install-db', ['--no-defaults', ...asRoot, `--datadir=${data}`, '--auth-root-authentication-method=normal', '--skip-test-db', ownTables], { cwd: folder.path });
  const server = start(
    '/usr/sbin/mariadbd',
    ['--no-defaults', ...asRoot, `--datadir=${data}`, `--port=${port}`, '--bind-address=127.0.0.1', `--socket=${socket}`, `--pid-file=${folder.path}/pid`, ownTables, '--innodb-flush-log-at-trx-commit=0', '--innodb-buffer-pool-size=64M'],
  );
  const client = (args, input) => run('mariadb', ['--no-defaults', '-uroot', `--socket=${socket}`, '--default-character-set=utf8mb4', '--batch', '--skip-column-names', ...args], { input });
  await until('MariaDB accepting connections', async () => {
    if (!server.running()) throw new Error(`MariaDB ended:\n${server.output.stderr}`);
    return (await run('mariadb', ['--no-defaults', '-uroot', `--socket=${socket}`, '-e', 'select 1'], { check: false })).code === 0;
  });
  await client([], `create database shop; create user app@'%' identified by '${password}'; grant select on shop.* to app@'%';`);
  await client(['shop'], sql);
  return {
    port,
    password,
    config: { host: '127.0.0.1', port, database: 'shop', username: 'app', password },
    query: async (text) => (await client(['shop'], text)).stdout,
    async stop() {
      await server.stop();
      await folder.remove();
    },
  };
}
