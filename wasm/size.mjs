// Prints what the package costs: bytes to load, compressed by gzip, and the milliseconds until it is ready in Node.js.
//
// usage: node size.mjs

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import { rolldown } from 'rolldown';

const folder = new URL('./dist/', import.meta.url);
const runs = 15;

/** The JavaScript as a bundler makes it, all of it, and the largest module: a page loads one of them. */
export async function bytesToLoad() {
  const bundle = await rolldown({ input: fileURLToPath(new URL('index.js', folder)) });
  const { output } = await bundle.generate({ format: 'es', minify: true });
  const names = readdirSync(folder).filter((name) => name.endsWith('.wasm'));
  const modules = names.map((name) => [name, gzipSync(readFileSync(new URL(name, folder)), { level: 9 }).length]);
  const javaScript = gzipSync(output[0].code, { level: 9 }).length;
  return { javaScript, modules, total: javaScript + Math.max(...modules.map(([, bytes]) => bytes)) };
}

/** Of each run, ascending: the fastest is the one that other programs disturbed least. */
function millisecondsUntilReady() {
  const script = `const start = performance.now(); const { load } = await import('datasource-sdk'); await load();
    console.log(performance.now() - start);`;
  const times = Array.from({ length: runs }, () =>
    Number(execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: folder, encoding: 'utf8' })),
  );
  return times.sort((a, b) => a - b);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { javaScript, modules, total } = await bytesToLoad();
  const line = (what, bytes) => console.log(`${what.padEnd(24)}${(bytes / 1000).toFixed(1).padStart(7)} KB gzip`);
  line('JavaScript', javaScript);
  for (const [name, bytes] of modules) line(name, bytes);
  line('to load', total);
  const times = millisecondsUntilReady();
  const [fastest, median] = [times[0], times[runs >> 1]].map((time) => time.toFixed(1));
  console.log(`${'ready in Node.js'.padEnd(24)}${fastest.padStart(7)} ms, the fastest of ${runs} runs; median ${median} ms`);
}
