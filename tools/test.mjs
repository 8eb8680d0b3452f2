// Builds what the test stages need, runs them, and closes with one line: `N passed, N failed, N skipped`.
//
// usage: node tools/test.mjs [STAGE...]
//
// What is to be made is made by `make`, one after the other, beside the stages: each runs as soon as what it needs is there. First come
// those that wait for servers more often than they work, and leave a processor to the compilers; those that need a processor and nothing else
// run `aside`, as soon as they are built. Native tests are run by ctest (Catch2), the others by `node --test`, `atOnce` files of them. The
// counts are read from their output, which is passed on as it comes; that of what runs aside, when its turn comes, and that of a build when it
// fails. A build that fails, a test program that dies without a count, and a stage in which no test ran are one failure each.

import { spawn } from 'node:child_process';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';

/** In the order in which they are made; those of the second row, when the servers and the compiler of the tests are there too. */
const used = ['gateway', 'wasm', 'dashboard', 'examples'];
const tested = ['tests-odbc', 'fuzzers', 'tests-wasm', 'tests-native'];

const stages = [
  { name: 'browser', title: 'Dashboard in a browser', needs: ['gateway', 'dashboard'], node: ['tests/browser'] },
  { name: 'integration', title: 'Gateway and databases', needs: ['gateway', 'dashboard', 'examples', 'setup-trino', 'tests-odbc'], node: ['tests/integration'], atOnce: 2, fresh: 'build/scoreboard' },
  { name: 'scoreboard', title: 'What the README claims', needs: [], node: ['tests/scoreboard'] },
  { name: 'examples', title: 'Examples', needs: ['gateway', 'dashboard', 'examples'], node: ['examples'] },
  { name: 'wasm', title: 'WebAssembly in Node.js', needs: ['wasm'], node: ['wasm/test'] },
  { name: 'native', title: 'Native, ASan + UBSan', needs: ['tests-native'], ctest: 'sanitize', aside: true },
  { name: 'wasm-unit', title: 'Unit, as WebAssembly', needs: ['tests-wasm'], ctest: 'wasm-tests', aside: true },
  { name: 'fuzz', title: 'Fuzzing', needs: ['fuzzers'], node: ['tests/fuzz'], aside: true },
];

const buildLimit = 40 * 60_000;
const runLimit = 30 * 60_000;

/** Leaves the processors to whoever else wants them. Groups of processes share them equally, whatever the priority within one. */
function yieldProcessors(pid) {
  try {
    os.setPriority(pid, os.constants.priority.PRIORITY_LOW);
    writeFileSync(`/proc/${pid}/autogroup`, '19');
  } catch {
    // Then it is only slower.
  }
}

/**
 * Runs a command in a process group of its own, so that a time-out ends its children too; gives its exit code. `onLine` sees its standard
 * output, `say` gets all of its output. One that is `aside` leaves the processors to others.
 */
function run(command, args, { limit, say, onLine = () => {}, env, aside }) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { detached: true, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    if (aside && child.pid) yieldProcessors(child.pid);
    const endGroup = () => {
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    };
    const timer = setTimeout(() => {
      say(`${command} ${args.join(' ')}: stopped after ${limit / 60_000} minutes\n`);
      endGroup();
    }, limit);
    process.once('exit', endGroup);
    let rest = '';
    child.stderr.setEncoding('utf8').on('data', say);
    child.stdout.setEncoding('utf8').on('data', (text) => {
      say(text);
      const lines = (rest + text).split('\n');
      rest = lines.pop();
      lines.forEach(onLine);
    });
    child.on('error', (error) => {
      say(`${command}: ${error.message}\n`);
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

/**
 * Catch2 closes with its counts; ctest puts the number of the test program before each line. Aside or not, these keep their priority: some
 * wait for what is to come within seconds.
 */
async function runNative({ ctest: preset }, say) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const failedIn = new Map();
  const counted = new Set();
  const code = await run('ctest', ['--test-dir', `build/${preset}`, '--parallel', '2', '--verbose', '--timeout', '300'], {
    limit: runLimit,
    say,
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

async function runNode({ node: folders, atOnce = 1, aside }, say) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const files = folders.flatMap(testFiles);
  if (files.length === 0) return counts;
  const kinds = { pass: 'passed', fail: 'failed', cancelled: 'failed', skipped: 'skipped', todo: 'skipped' };
  const code = await run('node', ['--test', '--test-reporter=spec', `--test-concurrency=${atOnce}`, ...files], {
    limit: runLimit,
    say,
    aside,
    onLine(line) {
      const total = /^ℹ (pass|fail|cancelled|skipped|todo) (\d+)$/.exec(withoutColours(line).trim());
      if (total) counts[kinds[total[1]]] += Number(total[2]);
    },
  });
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  return counts;
}

/** Compilers take memory in huge pages, where the system gives them to those that ask: a fourteenth less time for clang. */
const hugePages = { GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1' };

async function make(target) {
  const start = performance.now();
  const output = [];
  const say = (text) => output.push(text);
  const code = await run('make', [target], { limit: buildLimit, say, env: { MAKEFLAGS: '', MAKELEVEL: '', ...hugePages }, aside: true });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  if (code !== 0) console.log(output.join(''));
  console.log(`== make ${target}: ${code === 0 ? 'made' : 'failed'} after ${seconds} s`);
  return code === 0;
}

/** Makes targets, and gives a promise of each that tells whether it was made. What follows a failure is tried all the same. */
function makeAll(wanted) {
  const promises = { 'setup-test': make('setup-test') };
  if (wanted.has('setup-trino')) promises['setup-trino'] = promises['setup-test'].then(() => make('setup-trino'));
  let before = Promise.resolve();
  const queue = (target) => {
    if (wanted.has(target)) before = promises[target] = before.then(() => make(target));
  };
  used.forEach(queue);
  before = Promise.all([before, promises['setup-test']]);
  tested.forEach(queue);
  return promises;
}

async function runStage(stage, say) {
  for (const target of ['setup-test', ...stage.needs]) {
    if (!(await targets[target])) return { passed: 0, failed: 1, skipped: 0, note: `make ${target} failed` };
  }
  say(`\n== ${stage.title}\n`);
  const start = performance.now();
  if (stage.fresh) rmSync(stage.fresh, { recursive: true, force: true });
  const counts = await (stage.ctest ? runNative : runNode)(stage, say);
  const seconds = (performance.now() - start) / 1000;
  if (counts.passed + counts.failed + counts.skipped === 0) return { ...counts, failed: 1, seconds, note: 'no test ran' };
  return { ...counts, seconds };
}

const names = process.argv.slice(2);
const unknown = names.filter((name) => !stages.some((stage) => stage.name === name));
if (unknown.length > 0) {
  console.error(`no such stage: ${unknown.join(' ')}; there are ${stages.map((stage) => stage.name).join(' ')}`);
  process.exit(2);
}
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));

const chosen = stages.filter(({ name }) => names.length === 0 || names.includes(name));
const targets = makeAll(new Set(chosen.flatMap(({ needs }) => needs)));

/** Those that run aside: what they found and said, in the order in which what they need is made. */
const besides = new Map();
let before = Promise.resolve();
for (const target of tested) {
  for (const stage of chosen.filter(({ aside, needs }) => aside && needs.includes(target))) {
    const output = [];
    const found = (before = before.then(() => runStage(stage, (text) => output.push(text))));
    besides.set(stage, { found, output });
  }
}

const results = [];
for (const stage of chosen) {
  const beside = besides.get(stage);
  const found = await (beside?.found ?? runStage(stage, (text) => process.stdout.write(text)));
  if (beside) process.stdout.write(beside.output.join(''));
  results.push({ stage, seconds: 0, ...found });
}

console.log(`\n== Summary`);
const total = { passed: 0, failed: 0, skipped: 0 };
for (const { stage, seconds, note, ...counts } of results) {
  for (const kind of Object.keys(total)) total[kind] += counts[kind];
  const columns = Object.keys(total).map((kind) => `${String(counts[kind]).padStart(5)} ${kind}`);
  console.log(`${stage.title.padEnd(24)}${columns.join('')}${seconds.toFixed(1).padStart(8)} s${note ? `   ${note}` : ''}`);
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
// Ends what is still being made for a stage that could not run.
process.exit(total.failed > 0 || total.passed === 0 ? 1 : 0);
