// A stand-in for Snowflake's SQL API on a port of its own, built from the exchanges that Snowflake documents: no Snowflake can run here. Its
// rows are real, since fakesnow runs the statements on DuckDB; `tools/setup.sh test` installs that.

import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { repository } from './gateway.mjs';
import { start, temporaryFolder, until } from './process.mjs';

const python = join(repository, 'build/tools/fakesnow/bin/python');

/** Why there is no stand-in here; false when there is one. */
export const snowflakeMissing = !existsSync(python) && 'fakesnow is not installed: run tools/setup.sh test (Python 3.11 on x86-64)';

/** What the scoreboard says of it. */
export const snowflakeAgainst = 'a stand-in for its SQL API';
/** And of the server for Snowflake's drivers that runs beside it. */
export const snowflakeDriversAgainst = 'fakesnow 0.12';

const newKey = (passphrase) =>
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem', ...(passphrase ? { cipher: 'aes-256-cbc', passphrase } : {}) },
  });

/** A private key that no user of the stand-in has. */
export const strangersKey = () => newKey().privateKey;

/** Starts it with what these statements make in the database SHOP; `partition` is the number of rows of one. */
export async function startSnowflake({ sql = [], partition = 1000 } = {}) {
  const [reader, sealed] = [newKey(), newKey('open sesame')];
  const given = {
    account: 'acme-prod',
    users: { reader: reader.publicKey, sealed: sealed.publicKey },
    tokens: { 'an-oauth-token': 'OAUTH', 'a-programmatic-token': 'PROGRAMMATIC_ACCESS_TOKEN' },
    sql,
    partition,
  };
  const folder = await temporaryFolder(); // fakesnow leaves folders behind
  const server = start(python, [join(repository, 'tests/support/cloud/snowflake_server.py')], { input: JSON.stringify(given), env: { TMPDIR: folder.path } });
  const stop = () => server.stop().finally(folder.remove);
  const [, port, drivers] = await until('the stand-in for Snowflake listening', async () => {
    if (server.running()) return /^listening (\d+), drivers (\d+)$/m.exec(server.output.stdout);
    await stop();
    throw new Error(`it ended:\n${server.output.stderr}`);
  });
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    /** The settings of a user with a key pair; `username` stands in the credentials. */
    config: { account: 'acme-prod', database: 'shop', accountUrl: url, privateKey: reader.privateKey },
    username: 'reader',
    /** The settings by which Snowflake's own drivers reach the same tables: with a token that nobody checks. */
    driversConfig: { account: 'acme-prod', database: 'shop', accountUrl: `http://127.0.0.1:${drivers}`, token: 'a-programmatic-token' },
    sealedKey: { username: 'sealed', privateKey: sealed.privateKey, privateKeyPassphrase: 'open sesame' },
    /** What was asked of it: `{statement}`, `{partition}`, `{cancelled}`. */
    log: async () => (await fetch(`${url}/_log`)).json(),
    stop,
  };
}
