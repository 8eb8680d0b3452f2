// The program under test, started as a user starts it.

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { run, start, temporaryFolder, until } from './process.mjs';

export const repository = fileURLToPath(new URL('../../', import.meta.url));
export const program = join(repository, 'build/bin/datasource');

/** Starts `datasource serve` on a free port and a fresh data folder; `log()` is everything it printed, but for what went to an open file `stderr`. */
export async function startGateway({ samples = false, args = [], env = {}, data, dashboard = join(repository, 'build/dashboard'), stderr } = {}) {
  const folder = data ? undefined : await temporaryFolder();
  const path = data ?? join(folder.path, 'data');
  const server = start(
    program,
    // Probes would disturb tests that count processes or name servers that are not there; tests of health ask for them.
    ['serve', '--port', '0', '--data', path, '--dashboard', dashboard, '--health-interval', '0', ...(samples ? [] : ['--no-samples']), ...args],
    { env, stderr },
  );
  const url = await until('the gateway listening', () => {
    if (!server.running()) throw new Error(`the gateway ended:\n${server.output.stderr}`);
    return /^listening on (\S+)$/m.exec(server.output.stdout)?.[1];
  });
  return {
    url,
    data: path,
    process: server,
    log: () => server.output.stdout + server.output.stderr,
    async stop(signal) {
      const end = await server.stop(signal);
      await folder?.remove();
      return end;
    },
  };
}

/** One request by the curl program: what a user at a terminal sees. `body` is sent as JSON. */
export async function curl(url, method, path, body, headers = {}) {
  const args = ['-sS', '-X', method, '-w', '\n%{http_code}', `${url}${path}`];
  if (body !== undefined) args.push('-H', 'Content-Type: application/json', '--data-binary', '@-');
  for (const [name, value] of Object.entries(headers)) args.push('-H', `${name}: ${value}`);
  const { stdout } = await run('curl', args, { input: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body) });
  const end = stdout.lastIndexOf('\n');
  const text = stdout.slice(0, end);
  return { status: Number(stdout.slice(end + 1)), text, json: () => JSON.parse(text) };
}
