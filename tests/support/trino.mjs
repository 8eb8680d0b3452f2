// A real Trino on a port of its own. Its archive is fetched when it is first asked for (784 MB, pinned in tools/downloads.lock.json);
// it needs a Java that is newer than Debian's.

import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { repository } from './gateway.mjs';
import { s3Missing, startS3 } from './objects.mjs';
import { freePort, run, start, temporaryFolder, until } from './process.mjs';

const oldestJava = 24;

/** The `java` programs of this machine: that of JAVA_HOME, those that packages put in place, and that on PATH. */
function candidates() {
  const under = (folder) => (existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name, 'bin/java')) : []);
  const home = process.env.JAVA_HOME ? [join(process.env.JAVA_HOME, 'bin/java')] : [];
  return [...home, ...under('/usr/lib/jvm'), ...under('/opt')].filter((path) => existsSync(path)).concat('java');
}

async function findJava() {
  for (const program of candidates()) {
    const { stderr } = await run(program, ['-version'], { check: false }).catch(() => ({ stderr: '' }));
    if (Number(/version "(\d+)/.exec(stderr)?.[1]) >= oldestJava) return program;
  }
  return undefined;
}

const java = await findJava();
const maven = await run('mvn', ['--version'], { check: false }).then(({ code }) => code === 0, () => false);

/** Why there is no Trino here; false when there is one, or it can be fetched. */
export const trinoMissing = !java
  ? `Trino needs Java ${oldestJava} or newer, and there is none in JAVA_HOME, /usr/lib/jvm, /opt or PATH`
  : !maven && 'Maven, which fetches Trino, is not installed: run tools/setup.sh test';

/** Text of a .properties file. */
const properties = (entries) => Object.entries(entries).map(([key, value]) => `${key}=${value}\n`).join('');

/** Options of Java that start quickly: a test is over before the better compiler pays. */
const quick = ['-Xmx1500M', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

/** Options of Java that Trino's documentation gives a server, with memory for this machine. */
export const recommended = [
  '-Xmx4G',
  '-XX:+UseG1GC',
  '-XX:G1HeapRegionSize=32M',
  '-XX:+ExplicitGCInvokesConcurrent',
  '-XX:ReservedCodeCacheSize=512M',
  '-XX:PerMethodRecompilationCutoff=10000',
  '-XX:PerBytecodeRecompilationCutoff=10000',
];

/** The folder of the server, which is fetched when it is not there. */
export async function fetchTrino() {
  const { stdout } = await run('python3', [join(repository, 'tools/fetch.py'), 'trino'], { timeout: 20 * 60_000 });
  return stdout.trim();
}

/**
 * What startTrino takes so that results are spooled to the bucket of an S3 server, encrypted, in many small segments; those of few rows come
 * within the replies, long ones packed. `mode` is Trino's `protocol.spooling.retrieval-mode`.
 */
function spooling({ endpoint, keys, config: { bucket } }, mode = 'STORAGE') {
  const store = {
    'spooling-manager.name': 'filesystem',
    'fs.location': `s3://${bucket}/`,
    'fs.s3.enabled': true,
    's3.endpoint': endpoint,
    's3.region': 'us-east-1',
    's3.path-style-access': true,
    's3.aws-access-key': keys.accessKey,
    's3.aws-secret-key': keys.secretKey,
  };
  const config = {
    'protocol.spooling.enabled': true,
    'protocol.spooling.shared-secret-key': randomBytes(32).toString('base64'),
    'protocol.spooling.retrieval-mode': mode,
    'protocol.spooling.initial-segment-size': '64kB',
    'protocol.spooling.max-segment-size': '256kB',
  };
  return { config, files: { 'spooling-manager.properties': properties(store) } };
}

/**
 * Starts a Trino whose catalogs are made by statements and live in its memory. `config` adds to config.properties, `files` are further
 * files of its folder `etc` by name, `options` are Java's, in place of the quick ones, `plugins` names the only ones that it loads. Ready
 * when it answers statements.
 */
export async function startTrino({ config = {}, files = {}, options = quick, plugins } = {}) {
  const server = await fetchTrino();
  const folder = await temporaryFolder();
  const chosen = join(folder.path, 'plugin');
  if (plugins) await mkdir(chosen);
  for (const name of plugins ?? []) await symlink(join(server, 'plugin', name), join(chosen, name));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const etc = {
    'config.properties': properties({
      coordinator: true,
      'node-scheduler.include-coordinator': true,
      'http-server.http.port': port,
      'discovery.uri': url,
      'node.internal-address': '127.0.0.1',
      'catalog.management': 'dynamic',
      'catalog.store': 'memory',
      'plugin.dir': plugins ? chosen : join(server, 'plugin'),
      'web-ui.enabled': false,
      ...config,
    }),
    'log.properties': properties({ 'io.trino': 'WARN', 'io.trino.server.Server': 'INFO' }), // which tells when it has started
    ...files,
  };
  for (const [name, text] of Object.entries(etc)) {
    const path = join(folder.path, 'etc', name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  const process = start(java, [
    ...options,
    '-Djdk.attach.allowAttachSelf=true',
    '-Dfile.encoding=UTF-8',
    '--add-modules=jdk.incubator.vector',
    '--add-opens=java.base/java.nio=ALL-UNNAMED', // Snowflake and BigQuery, as the next one
    '--sun-misc-unsafe-memory-access=allow',
    '-Dnode.environment=test',
    `-Dnode.data-dir=${folder.path}`,
    `-Dconfig=${join(folder.path, 'etc/config.properties')}`,
    `-Dlog.levels-file=${join(folder.path, 'etc/log.properties')}`,
    '-cp',
    join(server, 'lib/*'),
    'io.trino.server.TrinoServer',
  ], { cwd: folder.path });
  const log = () => process.output.stdout + process.output.stderr;
  const said = () => log().slice(-4000);
  await until('Trino answering statements', async () => {
    if (!process.running()) throw new Error(`Trino ended:\n${said()}`);
    if (!log().includes('SERVER STARTED')) return false; // to ask before takes of the processor that it starts with
    return query(url, 'SELECT 1').then((rows) => rows.length === 1, () => false);
  }, 180_000).catch(async (error) => {
    await process.stop(); // which nobody else could, and it would keep the tests from ending
    throw error;
  });
  return {
    url,
    port,
    query: (text) => query(url, text),
    log: said,
    async stop() {
      await process.stop();
      await folder.remove();
    },
  };
}

/** Starts one that spools to an S3 server of its own, `store`: `mode` as of spooling(), `plugins` as of startTrino(). */
export async function startSpoolingTrino({ mode, plugins } = {}) {
  const store = await startS3({ bucket: 'spool', checked: false });
  try {
    const server = await startTrino({ ...spooling(store, mode), plugins });
    return { ...server, store, stop: () => Promise.all([server.stop(), store.stop()]) };
  } catch (error) {
    await store.stop(); // which nobody else could, as above
    throw error;
  }
}

let shared;

/**
 * A Trino that the tests of this process share. It keeps the results of clients that ask for it in an S3 server, `store`, where there can be one
 * (`s3Missing`); others get plain replies. It has no catalogs; to stop it drops what it was given.
 */
export async function sharedTrino() {
  shared ??= s3Missing ? startTrino() : startSpoolingTrino();
  const server = await shared;
  return {
    ...server,
    async stop() {
      const names = (await server.query('SHOW CATALOGS')).flat().filter((name) => name !== 'system');
      for (const name of names) await server.query(`DROP CATALOG "${name}"`);
    },
  };
}

/** Ends what sharedTrino() started. */
export async function stopSharedTrino() {
  if (shared) await (await shared).stop();
}

/** The rows of a statement, by nothing but fetch. */
async function query(url, text) {
  let reply = await fetch(`${url}/v1/statement`, { method: 'POST', body: text, headers: { 'X-Trino-User': 'test' } });
  const rows = [];
  for (;;) {
    if (reply.status !== 200) throw new Error(`Trino answered ${reply.status}`);
    const page = await reply.json();
    if (page.error) throw new Error(page.error.message);
    rows.push(...(page.data ?? []));
    if (!page.nextUri) return rows;
    reply = await fetch(page.nextUri, { headers: { 'X-Trino-User': 'test' } });
  }
}
