// A MongoDB on a port of its own: mongo-java-server, which `tools/setup.sh test` fetches. It speaks MongoDB's wire protocol and keeps
// its documents in memory. It has neither users nor TLS.

import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { MongoClient } from 'mongodb';

import { repository } from './gateway.mjs';
import { freePort, start, until } from './process.mjs';

const library = join(repository, 'build/tools/mongodb/lib');

/** Why there is no MongoDB here; false when there is one. */
export const mongoDbMissing = !existsSync(library) && 'mongo-java-server is not installed: run tools/setup.sh test';

/** A MongoDB; `client` is the driver that fills it and that results are compared with. */
export async function startMongoDb() {
  const port = await freePort();
  const server = start('java', ['-XX:TieredStopAtLevel=1', '-Xmx512m', '-cp', join(library, '*'), join(repository, 'tests/support/mongodb/MongoDbServer.java'), String(port)]);
  await until('MongoDB listening', () => {
    if (!server.running()) throw new Error(`MongoDB ended:\n${server.output.stderr}`);
    return server.output.stdout.includes('listening');
  }, 60_000);
  const client = new MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`);
  return {
    port,
    client,
    async stop() {
      await client.close();
      await server.stop();
    },
  };
}
