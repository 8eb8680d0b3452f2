// Child processes that a test starts, waits for and always ends.

import { spawn } from 'node:child_process';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** A TCP port of the loopback interface that was free a moment ago. */
export async function freePort() {
  const server = createServer();
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A folder that is removed with `remove()`. */
export async function temporaryFolder(owner) {
  const path = await mkdtemp(join(tmpdir(), 'datasource-test-'));
  if (owner) await chown(path, owner.uid, owner.gid);
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** Runs a program to its end. Fails with what it printed unless it exits with 0 or `check` is false. */
export function run(command, args, { input, env, cwd, uid, gid, check = true, timeout = 60_000 } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: { ...process.env, ...env }, cwd, uid, gid, timeout, stdio: ['pipe', 'pipe', 'pipe'] });
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr']) child[name].setEncoding('utf8').on('data', (text) => (output[name] += text));
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (check && code !== 0) reject(new Error(`${command} ended with ${code ?? signal}:\n${output.stdout}${output.stderr}`));
      else resolve({ code, signal, ...output });
    });
    child.stdin.on('error', () => {}); // it may end before it has read everything
    child.stdin.end(input ?? '');
  });
}

/** Starts a program that goes on; `output` is what it printed so far, without its errors when `stderr` is an open file for them; `stop()` ends it and waits. */
export function start(command, args, { env, cwd, uid, gid, input, stderr = 'pipe' } = {}) {
  const child = spawn(command, args, { env: { ...process.env, ...env }, cwd, uid, gid, stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', stderr] });
  child.stdin?.end(input);
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) child[name]?.setEncoding('utf8').on('data', (text) => (output[name] += text));
  let ended;
  const end = new Promise((resolve) => {
    child.once('error', (error) => resolve((ended = { error })));
    child.once('close', (code, signal) => resolve((ended = { code, signal })));
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  return {
    child,
    output,
    end,
    running: () => ended === undefined,
    async stop(signal = 'SIGTERM') {
      if (ended === undefined) child.kill(signal);
      const patience = setTimeout(kill, 20_000);
      const result = await end;
      clearTimeout(patience);
      process.removeListener('exit', kill);
      return result;
    },
  };
}

/** Waits until `condition` holds, asking again and again; fails with `what` after `limit` milliseconds. */
export async function until(what, condition, limit = 30_000) {
  const deadline = performance.now() + limit;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (performance.now() > deadline) throw new Error(`${what} did not happen within ${limit} ms`);
    await delay(20);
  }
}

/** Whether something accepts connections there. */
export function accepts(port) {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
