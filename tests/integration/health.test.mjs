// The health of data sources: a real PostgreSQL goes away and comes back, and the gateway says so.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { startPostgreSql } from '../support/databases.mjs';
import { curl, program, startGateway } from '../support/gateway.mjs';
import { freePort, run, temporaryFolder, until } from '../support/process.mjs';

const base = '/_plugins/_query/_datasources';
const watchful = ['--health-interval', '400ms'];

describe('the health of data sources', { timeout: 120_000 }, () => {
  let crm, gateway, folder;

  before(async () => {
    folder = await temporaryFolder();
    [crm, gateway] = await Promise.all([
      startPostgreSql({ sql: 'create table customers (id int primary key); insert into customers select generate_series(1, 10)' }),
      startGateway({ data: `${folder.path}/data`, args: watchful }),
    ]);
    const { host, port, database, username, password } = crm.config;
    const source = { name: 'crm', connector: 'postgresql', properties: { host, port, database }, configuration: { credentials: { username, password } } };
    assert.equal((await curl(gateway.url, 'POST', base, source)).status, 201);
  });

  after(async () => {
    await Promise.all([crm?.stop(), gateway?.stop()]);
    await folder?.remove();
  });

  const health = async (name = 'crm', query = '') => (await curl(gateway.url, 'GET', `${base}/${name}/_health${query}`)).json();
  const becomes = (state, name = 'crm') =>
    until(`${name} being ${state}`, async () => {
      const now = await health(name);
      return now.state === state && now;
    });

  test('a source that was created is probed without being asked, and is up', async () => {
    const up = await becomes('up');
    assert.equal(up.name, 'crm');
    assert.ok(Date.parse(up.since) <= Date.now(), up.since);
    assert.equal(up.last.up, true);
    assert.match(up.last.message, /^PostgreSQL 1\d\.\d+/);
    assert.equal(up.probes[0].cause, 'interval');
    assert.ok(up.probes[0].durationMs > 0);
    const again = await until('a second probe', async () => {
      const now = await health();
      return now.probes.length >= 2 && now;
    });
    assert.equal(again.since, up.since, 'up since the first one');
    assert.equal(again.uptime, 1);
    assert.equal((await health('crm', '?size=1')).probes.length, 1);
  });

  test('while its server refuses it, a source is down with the check and the reason, reads show ERROR, and statements are tried', async () => {
    await crm.query('alter role app nologin');
    const down = await becomes('down');
    assert.equal(down.last.check, 'authenticate');
    assert.match(down.last.message, /role "app" is not permitted to log in/);
    assert.ok(!JSON.stringify(down).includes(crm.password));
    assert.equal((await curl(gateway.url, 'GET', `${base}/crm`)).json().status, 'ERROR');
    assert.equal((await curl(gateway.url, 'GET', base)).json()[0].status, 'ERROR');
    const refused = await curl(gateway.url, 'POST', '/_plugins/_sql', { query: 'select count(*) from crm.customers' });
    assert.notEqual(refused.json().error?.kind, 'disabled', refused.text);

    await crm.query('alter role app login');
    const up = await becomes('up');
    assert.ok(up.uptime > 0 && up.uptime < 1, `part of the time: ${up.uptime}`);
    assert.ok(up.probes.some((probe) => !probe.up));
    assert.equal((await curl(gateway.url, 'GET', `${base}/crm`)).json().status, 'ACTIVE');
  });

  test('what a read showed as ERROR is put back as ACTIVE', async () => {
    const port = await freePort();
    const source = { name: 'gone', connector: 'postgresql', properties: { host: '127.0.0.1', port, database: 'x' }, configuration: { credentials: { username: 'a', password: 'b' } } };
    assert.equal((await curl(gateway.url, 'POST', base, source)).status, 201);
    const down = await becomes('down', 'gone');
    assert.equal(down.last.check, 'connect');
    assert.match(down.last.message, /refused the connection/);
    const read = (await curl(gateway.url, 'GET', `${base}/gone`)).json();
    assert.equal(read.status, 'ERROR');
    assert.equal((await curl(gateway.url, 'PUT', base, { ...read, description: 'still gone' })).json().status, 'ACTIVE');
    await becomes('down', 'gone');
  });

  test('all sources at a glance, and as metrics', async () => {
    const summary = (await curl(gateway.url, 'GET', `${base}/_health`)).json();
    assert.deepEqual([summary.up, summary.down, summary.unknown, summary.disabled], [1, 1, 0, 0]);
    assert.deepEqual(summary.sources.map(({ name, state }) => [name, state]), [['crm', 'up'], ['gone', 'down']]);
    assert.equal((await curl(gateway.url, 'POST', '/_plugins/_sql', { query: 'select count(*) from crm.customers' })).status, 200);
    const { status, text } = await curl(gateway.url, 'GET', '/_metrics');
    assert.equal(status, 200);
    for (const line of [
      /^datasource_source_up\{source="crm"\} 1$/m,
      /^datasource_source_up\{source="gone"\} 0$/m,
      /^datasource_statements_total\{outcome="ok"\} [1-9]/m,
      /^datasource_statement_duration_seconds_bucket\{le="\+Inf"\} [1-9]/m,
      /^datasource_engine_processes [1-9]/m,
      /^datasource_engine_queue 0$/m,
      /^# TYPE datasource_statement_duration_seconds histogram$/m,
    ]) assert.match(text, line);
  });

  test('the command line shows it, with an exit code for scripts', async () => {
    const all = await run(program, ['sources', 'health', '--url', gateway.url], { check: false });
    assert.equal(all.code, 1, 'one is down');
    assert.match(all.stdout, /^crm +up .*%.*PostgreSQL/m);
    assert.match(all.stdout, /^gone +down /m);
    const one = await run(program, ['sources', 'health', 'crm', '--probes', '2', '--url', gateway.url]);
    assert.match(one.stdout, /^crm: up since /);
  });

  test('a disabled source is not probed, and the health of a removed one is forgotten', async () => {
    const source = (await curl(gateway.url, 'GET', `${base}/gone`)).json();
    assert.equal((await curl(gateway.url, 'PUT', base, { ...source, status: 'DISABLED' })).status, 200);
    assert.equal((await health('gone')).state, 'disabled');
    assert.equal((await curl(gateway.url, 'GET', `${base}/gone`)).json().status, 'DISABLED');
    assert.equal((await curl(gateway.url, 'DELETE', `${base}/gone`)).status, 200);
    assert.equal((await curl(gateway.url, 'GET', `${base}/gone/_health`)).status, 404);
    assert.equal((await curl(gateway.url, 'GET', `${base}/crm/_health?size=x`)).status, 400);
  });

  test('a statement that finds its server gone says so before the next probe, and a restart keeps what was', async () => {
    await gateway.stop();
    gateway = await startGateway({ data: `${folder.path}/data`, args: ['--health-interval', '10m'] });
    const kept = await health();
    assert.ok(kept.probes.some((probe) => !probe.up) && kept.probes.some((probe) => probe.up), 'the history is kept');
    assert.equal(kept.state, 'up');

    await crm.stop();
    const failed = await curl(gateway.url, 'POST', '/_plugins/_sql', { query: 'select count(*) from crm.customers' });
    assert.equal(failed.status, 502, failed.text);
    const down = await health();
    assert.equal(down.state, 'down');
    assert.match(down.last.message, /refused the connection|closed the connection/);
    crm = undefined;
  });
});
