// A real OpenSearch on a port of its own: Java archives that `tools/setup.sh test` fetches, run by tests/support/opensearch.

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { repository } from './gateway.mjs';
import { start, temporaryFolder, until } from './process.mjs';

const jars = join(repository, 'build/tools/opensearch/jars');
const oldestJava = 21;

/** The `java` of a JDK that is new enough: that of JAVA_HOME, that on PATH, or one that the system has beside it. */
function findJava() {
  const homes = [process.env.JAVA_HOME, ...['/usr/lib/jvm', '/opt'].flatMap((folder) => (existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : []))];
  for (const java of ['java', ...homes.filter(Boolean).map((home) => join(home, 'bin/java'))]) {
    try {
      const release = execFileSync(java, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
      const compiles = java === 'java' || existsSync(join(java, '../javac'));
      if (compiles && Number(/ (\d+)/.exec(release)?.[1]) >= oldestJava) return java;
    } catch {
      // there is none
    }
  }
}

const java = findJava();

/** Why there is no OpenSearch here; false when there is one. */
export const openSearchMissing =
  (!existsSync(jars) && 'OpenSearch is not fetched: run tools/setup.sh test') || (!java && `no JDK of version ${oldestJava} or later was found; set JAVA_HOME`);

/** An empty OpenSearch. `call` sends a request and fails unless it succeeds; `fill` makes an index with these documents (id -> document). */
export async function startOpenSearch() {
  const folder = await temporaryFolder();
  const server = start(java, [
    ...['-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '--enable-native-access=ALL-UNNAMED'],
    ...['-cp', join(jars, '*'), join(repository, 'tests/support/opensearch/OpenSearchNode.java'), folder.path],
  ]);
  const port = await until(
    'OpenSearch listening',
    () => {
      if (!server.running()) throw new Error(`OpenSearch ended:\n${server.output.stdout}${server.output.stderr}`);
      return /^listening on (\d+)$/m.exec(server.output.stdout)?.[1];
    },
    120_000,
  );
  const url = `http://127.0.0.1:${port}`;
  const call = async (method, path, body) => {
    const lines = Array.isArray(body);
    const text = lines ? `${body.map((each) => JSON.stringify(each)).join('\n')}\n` : body && JSON.stringify(body);
    const type = lines ? 'application/x-ndjson' : 'application/json';
    const reply = await fetch(`${url}${path}`, { method, body: text, headers: text ? { 'Content-Type': type } : {} });
    const json = await reply.json();
    if (!reply.ok || json.errors) throw new Error(`${method} ${path}: ${JSON.stringify(json).slice(0, 2000)}`);
    return json;
  };
  return {
    port: Number(port),
    url,
    version: `OpenSearch ${(await call('GET', '/')).version.number}`,
    call,
    async fill(index, { settings = {}, mappings = {}, documents = {} } = {}) {
      await call('PUT', `/${index}`, { settings: { number_of_replicas: 0, ...settings }, mappings });
      const entries = Object.entries(documents);
      for (let i = 0; i < entries.length; i += 5000) {
        const actions = entries.slice(i, i + 5000).flatMap(([id, document]) => [{ index: { _id: id } }, document]);
        await call('POST', `/${index}/_bulk`, actions);
      }
      await call('POST', `/${index}/_refresh`);
    },
    async stop() {
      const end = await server.stop();
      await folder.remove();
      return end;
    },
  };
}
