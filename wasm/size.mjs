// Prints what the package costs: bytes to load, compressed by gzip, and the milliseconds until it is ready in Node.js.
//
// usage: node size.mjs

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const folder = new URL('./dist/', import.meta.url);
const runs = 15;

const compressed = (name) => gzipSync(readFileSync(new URL(name, folder)), { level: 9 }).length;

/** The JavaScript as one, as a bundler sends it, and the largest module: a page loads one of them. */
export function bytesToLoad() {
  const names = readdirSync(folder);
  const scripts = names.filter((name) => name.endsWith('.js')).map((name) => readFileSync(new URL(name, folder)));
  const modules = names.filter((name) => name.endsWith('.wasm')).map((name) => [name, compressed(name)]);
  const javaScript = gzipSync(Buffer.concat(scripts), { level: 9 }).length;
  return { javaScript, modules, total: javaScript + Math.max(...modules.map(([, bytes]) => bytes)) };
}

function millisecondsUntilReady() {
  const script = `const start = performance.now(); const { load } = await import('datasource-sdk'); await load();
    console.log(performance.now() - start);`;
  const times = Array.from({ length: runs }, () =>
    Number(execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: folder, encoding: 'utf8' })),
  );
  return times.sort((a, b) => a - b)[runs >> 1];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { javaScript, modules, total } = bytesToLoad();
  const line = (what, bytes) => console.log(`${what.padEnd(24)}${(bytes / 1000).toFixed(1).padStart(7)} KB gzip`);
  line('JavaScript', javaScript);
  for (const [name, bytes] of modules) line(name, bytes);
  line('to load', total);
  console.log(`${'ready in Node.js'.padEnd(24)}${millisecondsUntilReady().toFixed(1).padStart(7)} ms (median of ${runs})`);
}
