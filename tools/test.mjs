// Runs the test stages one after the other and closes with one line: `N passed, N failed, N skipped`.
//
// usage: node tools/test.mjs [STAGE...]
//
// A stage is built by `make`, then its tests run: native ones by ctest (Catch2), the others by `node --test`. Their output is passed on as it
// comes and the counts are read from it. Where tests wait for their servers more often than they work, `atOnce` files of them run. A build
// that fails, a test program that dies without a count, and a stage in which no test ran are one failure each.

import { spawn } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const stages = [
  { name: 'native', title: 'Native, ASan + UBSan', build: ['tests-native'], ctest: 'sanitize' },
  { name: 'fuzz', title: 'Fuzzing', build: ['fuzzers'], node: ['tests/fuzz'] },
  { name: 'wasm', title: 'WebAssembly in Node.js', build: ['wasm'], node: ['wasm/test'] },
  { name: 'wasm-unit', title: 'Unit, as WebAssembly', build: ['tests-wasm'], ctest: 'wasm-tests' },
  { name: 'integration', title: 'Gateway and databases', build: ['gateway', 'dashboard', 'examples'], node: ['tests/integration'], atOnce: 2, fresh: 'build/scoreboard' },
  { name: 'scoreboard', title: 'What the README claims', build: [], node: ['tests/scoreboard'] },
  { name: 'examples', title: 'Examples', build: ['gateway', 'dashboard', 'examples'], node: ['examples'] },
  { name: 'browser', title: 'Dashboard in a browser', build: ['gateway', 'dashboard'], node: ['tests/browser'] },
];

const buildLimit = 25 * 60_000;
const runLimit = 20 * 60_000;

/** Runs a command in a process group of its own, so that a time-out ends its children too. `onLine` sees its standard output. */
function run(command, args, { limit, onLine, env } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      detached: true,
      env: { ...process.env, ...env },
      stdio: ['ignore', onLine ? 'pipe' : 'inherit', 'inherit'],
    });
    const endGroup = () => {
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    };
    const timer = setTimeout(() => {
      console.log(`${command} ${args.join(' ')}: stopped after ${limit / 60_000} minutes`);
      endGroup();
    }, limit);
    process.once('exit', endGroup);
    let rest = '';
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      process.stdout.write(text);
      const lines = (rest + text).split('\n');
      rest = lines.pop();
      lines.forEach(onLine);
    });
    child.on('error', (error) => {
      console.log(`${command}: ${error.message}`);
      resolve(127);
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      process.removeListener('exit', endGroup);
      resolve(code ?? 1);
    });
  });
}

function withoutColours(line) {
  return line.replace(/\x1b\[[0-9;]*m/g, '');
}

/** Catch2 closes with its counts; ctest puts the number of the test program before each line. */
async function runNative(preset) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const failedIn = new Map();
  const counted = new Set();
  const code = await run('ctest', ['--test-dir', `build/${preset}`, '--parallel', '2', '--verbose', '--timeout', '300'], {
    limit: runLimit,
    onLine(line) {
      const output = /^(\d+): (.*)$/.exec(withoutColours(line));
      if (output) {
        const [, program, text] = output;
        const all = /^All tests passed \(.* in (\d+) test cases?\)$/.exec(text);
        const some = /^test cases: +(\d+) \|(?: +(\d+) passed \|)? +(\d+) failed/.exec(text);
        if (all) counts.passed += Number(all[1]);
        if (some) {
          counts.passed += Number(some[2] ?? 0);
          counts.failed += Number(some[3]);
          failedIn.set(program, Number(some[3]));
        }
        if (all || some) counted.add(program);
        return;
      }
      const closed = /^ *\d+\/\d+ Test +#(\d+): .*?\.*(\*\*\*Skipped|\*\*\*|   Passed)/.exec(line);
      if (!closed) return;
      const [, program, verdict] = closed;
      if (verdict === '***Skipped') counts.skipped += 1;
      else if (verdict === '***') counts.failed += failedIn.has(program) ? 0 : 1;
      else if (!counted.has(program)) counts.passed += 1;
    },
  });
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  return counts;
}

function testFiles(folder) {
  let entries;
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
  return entries
    .filter((entry) => !['node_modules', 'dist', 'build'].includes(entry.name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? testFiles(path) : /\.test\.m?js$/.test(entry.name) ? [path] : [];
    })
    .sort();
}

async function runNode({ node: folders, atOnce = 1 }) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const files = folders.flatMap(testFiles);
  if (files.length === 0) return counts;
  const kinds = { pass: 'passed', fail: 'failed', cancelled: 'failed', skipped: 'skipped', todo: 'skipped' };
  const code = await run('node', ['--test', '--test-reporter=spec', `--test-concurrency=${atOnce}`, ...files], {
    limit: runLimit,
    onLine(line) {
      const total = /^ℹ (pass|fail|cancelled|skipped|todo) (\d+)$/.exec(withoutColours(line).trim());
      if (total) counts[kinds[total[1]]] += Number(total[2]);
    },
  });
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  return counts;
}

async function runStage(stage) {
  for (const target of stage.build) {
    const code = await run('make', [target], { limit: buildLimit, env: { MAKEFLAGS: '', MAKELEVEL: '' } });
    if (code !== 0) return { passed: 0, failed: 1, skipped: 0, note: `make ${target} failed` };
  }
  if (stage.fresh) rmSync(stage.fresh, { recursive: true, force: true });
  const counts = stage.ctest ? await runNative(stage.ctest) : await runNode(stage);
  if (counts.passed + counts.failed + counts.skipped === 0) return { ...counts, failed: 1, note: 'no test ran' };
  return counts;
}

const names = process.argv.slice(2);
const unknown = names.filter((name) => !stages.some((stage) => stage.name === name));
if (unknown.length > 0) {
  console.error(`no such stage: ${unknown.join(' ')}; there are ${stages.map((stage) => stage.name).join(' ')}`);
  process.exit(2);
}
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));

const results = [];
for (const stage of stages.filter(({ name }) => names.length === 0 || names.includes(name))) {
  console.log(`\n== ${stage.title}`);
  const start = performance.now();
  const counts = await runStage(stage);
  results.push({ stage, ...counts, seconds: (performance.now() - start) / 1000 });
}

console.log(`\n== Summary`);
const total = { passed: 0, failed: 0, skipped: 0 };
for (const { stage, seconds, note, ...counts } of results) {
  for (const kind of Object.keys(total)) total[kind] += counts[kind];
  const columns = Object.keys(total).map((kind) => `${String(counts[kind]).padStart(5)} ${kind}`);
  console.log(`${stage.title.padEnd(24)}${columns.join('')}${seconds.toFixed(1).padStart(8)} s${note ? `   ${note}` : ''}`);
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
