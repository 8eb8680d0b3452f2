// A real Prometheus with samples at known times, in a folder and on a port of its own. Debian's package has it, and promtool.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { freePort, run, start, temporaryFolder, until } from './process.mjs';

export const password = 'prom-s3cret';
/** bcrypt of that password: the only form that Prometheus takes. */
const hash = '$2b$04$TH7Qx6yxids3b3VD.HVf/OQpKRqHBFlF7ZWgdjC.68BE/JEOFei.C';

const escape = (text) => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
const number = (value) => (Number.isNaN(value) ? 'NaN' : value === Infinity ? '+Inf' : value === -Infinity ? '-Inf' : String(value));

/** OpenMetrics of samples [{ name, labels, milliseconds, value }]; those of one metric stand together, those of one series in order. */
function openMetrics(samples) {
  const lines = samples.map(({ name, labels, milliseconds, value }) => {
    const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escape(text)}"`);
    return `${name}${pairs.length ? `{${pairs.join(',')}}` : ''} ${number(value)} ${(milliseconds / 1000).toFixed(3)}`;
  });
  return [...lines, '# EOF', ''].join('\n');
}

/**
 * @param samples see openMetrics
 * @param user    who may ask, with `password`; without one anybody may
 * @param args    of the program
 */
export async function startPrometheus({ samples = [], user, args = [] } = {}) {
  const folder = await temporaryFolder();
  const path = (name) => join(folder.path, name);
  await writeFile(path('samples'), openMetrics(samples));
  await writeFile(path('prometheus.yml'), 'global: {scrape_interval: 1h}\nscrape_configs: []\n');
  await writeFile(path('web.yml'), user ? `basic_auth_users: {${user}: '${hash}'}\n` : '');
  if (samples.length > 0) await run('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', path('samples'), path('data')]);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const server = start('prometheus', [
    `--config.file=${path('prometheus.yml')}`,
    `--web.config.file=${path('web.yml')}`,
    `--storage.tsdb.path=${path('data')}`,
    '--storage.tsdb.retention.time=100y',
    `--web.listen-address=127.0.0.1:${port}`,
    ...args,
  ]);
  const headers = user ? { Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` } : {};
  await until('Prometheus being ready', async () => {
    if (!server.running()) throw new Error(`Prometheus ended:\n${server.output.stderr}`);
    return fetch(`${url}/-/ready`, { headers }).then(({ ok }) => ok, () => false);
  });
  const { data } = await (await fetch(`${url}/api/v1/status/buildinfo`, { headers })).json();
  return {
    port,
    url,
    version: `Prometheus ${data.version}`,
    async stop() {
      await server.stop();
      await folder.remove();
    },
  };
}
