// A Node.js that unpacks Zstandard, as it does since 22.15: this one, or else the one that is pinned in tools/downloads.lock.json.

import { join } from 'node:path';
import zlib from 'node:zlib';

import { repository } from './gateway.mjs';
import { run } from './process.mjs';

/** The path of its program, which is fetched when it is not there. */
export async function nodeWithZstd() {
  if (zlib.zstdDecompress) return process.execPath;
  const { stdout } = await run('python3', [join(repository, 'tools/fetch.py'), 'node'], { timeout: 10 * 60_000 });
  return join(stdout.trim(), 'bin/node');
}
