// Runs each fuzz target for FUZZ_SECONDS (60), two at a time: on the kept corpus, on seeds made of the recordings, and on what earlier runs found.
// An input that breaks a target is kept in build/fuzz/crashes; put it into tests/fuzz/corpus/TARGET with the fix.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const build = fileURLToPath(new URL('../../build/fuzz/', import.meta.url));
const seconds = Number(process.env.FUZZ_SECONDS ?? 60);

const stories = JSON.parse(readFileSync(`${here}../recordings/opensearch-3.4.0.json`, 'utf8'));

function requestText({ request: { method, path, body } }) {
  return `${method} ${path}\n${(body ?? '').replaceAll('\n', ' ')}\n`;
}

/** Texts that the target understands, made of what a real server and its clients said. */
const seeds = {
  // The first byte chooses the reader, see decode_fuzz.cpp; each body goes to a reader of results and to one other.
  decode: (exchanges) =>
    exchanges.flatMap(({ response }, i) => [`\x0e${response.body ?? ''}`, `${String.fromCharCode(i % 14)}${response.body ?? ''}`]),
  validate: (exchanges) => exchanges.map(({ request }) => request.body ?? '').filter((body) => body.startsWith('{')),
  // A dialect and up to eight requests, see service_fuzz.cpp.
  service: (exchanges) =>
    ['\0', '\x01'].flatMap((dialect) =>
      exchanges.flatMap((_, i) => (i % 8 === 0 ? [dialect + exchanges.slice(i, i + 8).map(requestText).join('')] : [])),
    ),
  url: (exchanges) => exchanges.map(({ request }) => request.path),
};

function seedFolder(target) {
  const folder = `${build}seeds/${target}`;
  mkdirSync(folder, { recursive: true });
  const texts = new Set(stories.flatMap(({ exchanges }) => seeds[target](exchanges)));
  let number = 0;
  for (const text of texts) writeFileSync(`${folder}/${number++}`, text);
  return folder;
}

function run(target) {
  const found = `${build}corpus/${target}`;
  for (const folder of [found, `${build}crashes`]) mkdirSync(folder, { recursive: true });
  const options = [
    `-max_total_time=${seconds}`,
    // The same start each time in `make test`, so that a change is judged by itself; others in `make fuzz`.
    `-seed=${process.env.FUZZ_SECONDS ? 0 : 1}`,
    '-timeout=10',
    '-rss_limit_mb=2048',
    '-max_len=4096',
    '-print_final_stats=1',
    '-verbosity=0',
    `-dict=${here}words.dict`,
    `-artifact_prefix=${build}crashes/${target}-`,
  ];
  const folders = [found, `${here}corpus/${target}`, seedFolder(target)];
  return new Promise((resolve) => {
    const limit = { timeout: (seconds + 120) * 1000, maxBuffer: 1 << 26 };
    execFile(`${build}tests/fuzz/${target}_fuzz`, [...options, ...folders], limit, (error, out, log) => resolve({ error, log }));
  });
}

test('fuzz targets hold for every input that was tried', { concurrency: 2 }, async (t) => {
  await Promise.all(
    Object.keys(seeds).map((target) =>
      t.test(target, async (t) => {
        const { error, log } = await run(target);
        assert.equal(error, null, `an input broke ${target}; it is kept in build/fuzz/crashes\n${log.slice(-6000)}`);
        const units = Number(/number_of_executed_units: +(\d+)/.exec(log)?.[1] ?? 0);
        assert.ok(units > 0, `${target} tried nothing\n${log.slice(-2000)}`);
        t.diagnostic(`${target}: ${units} inputs in ${seconds} s`);
      }),
    ),
  );
});
