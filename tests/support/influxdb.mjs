// A real InfluxDB 1.x in a folder and on a port of its own. Debian's package has it.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { freePort, start, temporaryFolder, until } from './process.mjs';

const admin = { name: 'root', password: 'r00t-s3cret' };

/**
 * @param lines    line protocol for database `metrics`, by retention policy: { autogen: '…' }
 * @param password of user `reader`, who may only read; without one anybody may do anything
 */
export async function startInfluxDb({ lines = {}, password } = {}) {
  const folder = await temporaryFolder();
  const [port, backup] = [await freePort(), await freePort()];
  const path = (name) => JSON.stringify(join(folder.path, name));
  const config = `
reporting-disabled = true
bind-address = "127.0.0.1:${backup}"
[meta]
dir = ${path('meta')}
[data]
dir = ${path('data')}
wal-dir = ${path('wal')}
[monitor]
store-enabled = false
[http]
bind-address = "127.0.0.1:${port}"
auth-enabled = ${password !== undefined}
log-enabled = false
`;
  const file = join(folder.path, 'influxdb.conf');
  await writeFile(file, config);
  const server = start('influxd', ['-config', file]);
  const url = `http://127.0.0.1:${port}`;
  await until('InfluxDB listening', async () => {
    if (!server.running()) throw new Error(`InfluxDB ended:\n${server.output.stderr}`);
    return fetch(`${url}/ping`).then(({ ok }) => ok, () => false);
  });
  let signedIn = {};
  const send = async (target, body) => {
    const reply = await fetch(`${url}${target}`, { method: 'POST', body, headers: signedIn });
    const text = await reply.text();
    if (!reply.ok || text.includes('"error"')) throw new Error(`InfluxDB does not take it: ${text}`);
    return text;
  };
  const query = (statement) => send('/query', new URLSearchParams({ q: statement }));
  if (password !== undefined) {
    await query(`CREATE USER ${admin.name} WITH PASSWORD '${admin.password}' WITH ALL PRIVILEGES`);
    signedIn = { Authorization: `Basic ${Buffer.from(`${admin.name}:${admin.password}`).toString('base64')}` };
    await query(`CREATE USER reader WITH PASSWORD '${password}'`);
  }
  await query('CREATE DATABASE metrics');
  if (password !== undefined) await query('GRANT READ ON metrics TO reader');
  for (const [policy, text] of Object.entries(lines)) {
    if (policy !== 'autogen') await query(`CREATE RETENTION POLICY "${policy}" ON metrics DURATION 0s REPLICATION 1`);
    await send(`/write?db=metrics&rp=${policy}`, text);
  }
  return {
    port,
    url,
    query,
    async stop() {
      await server.stop();
      await folder.remove();
    },
  };
}
