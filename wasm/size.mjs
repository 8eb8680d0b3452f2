// Prints what each entry of the package costs: bytes to load, compressed by gzip, and the milliseconds until it is ready
// in Node.js.
//
// usage: node size.mjs

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import { rolldown } from 'rolldown';

const folder = new URL('./dist/', import.meta.url);
const runs = 15;

/** The entries: what they are imported by, and the names of their JavaScript and their modules. */
export const entries = [
  { path: 'datasource-sdk', script: 'index.js', module: 'datasource' },
  { path: 'datasource-sdk/trino', script: 'trino.js', module: 'trino' },
];

/** The JavaScript of an entry as a bundler makes it, all of it, and the larger module: a page loads one of them. */
export async function bytesToLoad({ script, module } = entries[0]) {
  const bundle = await rolldown({ input: fileURLToPath(new URL(script, folder)) });
  const { output } = await bundle.generate({ format: 'es', minify: true });
  const names = [`${module}.wasm`, `${module}-simd.wasm`];
  const modules = names.map((name) => [name, gzipSync(readFileSync(new URL(name, folder)), { level: 9 }).length]);
  const javaScript = gzipSync(output[0].code, { level: 9 }).length;
  return { javaScript, modules, total: javaScript + Math.max(...modules.map(([, bytes]) => bytes)) };
}

/** Of each run, ascending: the fastest is the one that other programs disturbed least. */
function millisecondsUntilReady({ path }) {
  const script = `const start = performance.now(); const { load } = await import('${path}'); await load();
    console.log(performance.now() - start);`;
  const times = Array.from({ length: runs }, () =>
    Number(execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: folder, encoding: 'utf8' })),
  );
  return times.sort((a, b) => a - b);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const line = (what, bytes) => console.log(`${what.padEnd(24)}${(bytes / 1000).toFixed(1).padStart(7)} KB gzip`);
  for (const entry of entries) {
    console.log(entry.path);
    const { javaScript, modules, total } = await bytesToLoad(entry);
    line('JavaScript', javaScript);
    for (const [name, bytes] of modules) line(name, bytes);
    line('to load', total);
    const times = millisecondsUntilReady(entry);
    const [fastest, median] = [times[0], times[runs >> 1]].map((time) => time.toFixed(1));
    console.log(`${'ready in Node.js'.padEnd(24)}${fastest.padStart(7)} ms, the fastest of ${runs} runs; median ${median} ms`);
  }
}
