// Runs the benchmarks of the SDK, prints what they found and writes it to its part of docs/benchmarks.md.
//
// usage: run.mjs FOLDER     the folder with the built programs of this one

import { createServer } from 'node:http';
import { readFile, readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';

import { chromium } from 'playwright-core';

import { run, temporaryFolder } from '../support/process.mjs';
import { machine, record } from './record.mjs';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const dist = join(repository, 'wasm/dist');
const decodeScript = join(repository, 'tests/bench/decode.js');
const forms = ['compact', 'pretty'];
const modules = [
  { name: 'with vector instructions', vectors: true },
  { name: 'without', vectors: false },
];
const repetitions = 15;

const programs = process.argv[2];
if (!programs) throw new Error('usage: run.mjs FOLDER');

/** What a program prints to its standard output. */
async function output(program, args) {
  return (await run(program, args, { timeout: 600_000 })).stdout;
}

/** Least, and how far the median is above it: what the rest of the machine did to the measurement. */
function summary(times) {
  const sorted = [...times].sort((a, b) => a - b);
  return { best: sorted[0], noise: sorted[sorted.length >> 1] / sorted[0] - 1 };
}

// ---- C++

/** Processor time of each repetition by benchmark, in the unit that it reports. The benchmarks of a program take turns. */
async function native(program) {
  const text = await output(join(programs, program), [
    '--benchmark_format=json',
    `--benchmark_repetitions=${repetitions}`,
    '--benchmark_enable_random_interleaving=true',
    '--benchmark_min_time=0.1',
  ]);
  const times = {};
  for (const { run_type, run_name, cpu_time, error_occurred, error_message } of JSON.parse(text).benchmarks) {
    if (error_occurred) throw new Error(`${run_name}: ${error_message}`);
    if (run_type === 'iteration') (times[run_name] ??= []).push(cpu_time);
  }
  return Object.fromEntries(Object.entries(times).map(([name, all]) => [name, summary(all)]));
}

// ---- JavaScript

const pretendNoVectors = 'WebAssembly.validate = () => false;';

/** Runs a module's text in a Node.js of its own; what it logs is JSON. */
async function inNode(script, vectors) {
  const before = vectors ? '' : pretendNoVectors;
  return JSON.parse(await output(process.execPath, ['--input-type=module', '-e', `${before}\n${script}`]));
}

async function decodeInNode(file, vectors) {
  return inNode(
    `import { readFile } from 'node:fs/promises';
     const { measure } = await import(${JSON.stringify(pathToFileURL(decodeScript))});
     const { Client } = await import(${JSON.stringify(pathToFileURL(join(dist, 'index.js')))});
     const body = await readFile(${JSON.stringify(file)});
     const clock = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000; };
     console.log(JSON.stringify(await measure({ Client, body, clock, repetitions: ${repetitions} })));`,
    vectors,
  );
}

/** Milliseconds from the import to the first rule checked, each in a process of its own: on the clock, and of all threads. */
async function readyInNode(vectors) {
  const script = `const begin = process.cpuUsage(), start = performance.now();
    const { load, validate } = await import(${JSON.stringify(pathToFileURL(join(dist, 'index.js')))});
    await load();
    validate({ name: 'crm', connector: 'sqlite', properties: { path: '/srv/crm.db' } });
    const clock = performance.now() - start, { user, system } = process.cpuUsage(begin);
    console.log(JSON.stringify({ clock, processor: (user + system) / 1000 }));`;
  const all = [];
  for (let i = 0; i < repetitions; ++i) all.push(await inNode(script, vectors));
  return { clock: summary(all.map(({ clock }) => clock)), processor: summary(all.map(({ processor }) => processor)) };
}

const types = { '.js': 'text/javascript', '.wasm': 'application/wasm', '.json': 'application/json' };

/** A server of the package, the script and the replies. */
async function serve(folder) {
  const server = createServer(async (request, response) => {
    const path = new URL(request.url, 'http://localhost').pathname;
    const file = path === '/decode.js' ? decodeScript : join(path.startsWith('/dist/') ? dist : folder, path.split('/').pop());
    try {
      const bytes = path === '/' ? '<!doctype html><title>bench</title>' : await readFile(file);
      response.writeHead(200, { 'content-type': types[extname(path)] ?? 'text/html' }).end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}

/** Milliseconds that the threads of a process have run, from /proc. */
async function processorTime(pid) {
  const tasks = await readdir(`/proc/${pid}/task`);
  const read = (task) => readFile(`/proc/${pid}/task/${task}/schedstat`, 'utf8').catch(() => '0'); // it may have ended
  const nanoseconds = (await Promise.all(tasks.map(read))).map((text) => Number(text.split(' ')[0]));
  return nanoseconds.reduce((sum, some) => sum + some, 0) / 1e6;
}

/** The processes that run pages. */
async function renderers(browser) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
}

async function decodeInChromium(browser, url, form, vectors) {
  const page = await browser.newPage();
  await page.exposeFunction('processorTime', async () => {
    const all = await Promise.all((await renderers(browser)).map(processorTime));
    return all.reduce((sum, some) => sum + some, 0);
  });
  if (!vectors) await page.addInitScript(pretendNoVectors);
  await page.goto(url);
  const times = await page.evaluate(
    async ({ form, repetitions }) => {
      const { measure } = await import('/decode.js');
      const { Client } = await import('/dist/index.js');
      const body = new Uint8Array(await (await fetch(`/${form}.json`)).arrayBuffer());
      return measure({ Client, body, clock: () => globalThis.processorTime(), repetitions });
    },
    { form, repetitions },
  );
  await page.close();
  return times;
}

async function decodeInScripts(folder) {
  const server = await serve(folder);
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium-headless-shell',
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
  });
  const engines = {
    [`Node.js ${process.versions.node}`]: (form, vectors) => decodeInNode(join(folder, `${form}.json`), vectors),
    [`Chromium ${browser.version()}`]: (form, vectors) => decodeInChromium(browser, server.url, form, vectors),
  };
  const found = [];
  try {
    for (const [engine, decode] of Object.entries(engines)) {
      for (const { name, vectors } of modules) {
        for (const form of forms) {
          const times = await decode(form, vectors);
          found.push({
            engine,
            module: name,
            form,
            ...Object.fromEntries(Object.entries(times).map(([way, all]) => [way, summary(all)])),
          });
        }
      }
    }
  } finally {
    await browser.close();
    server.close();
  }
  return found;
}

/** Bytes of a gzip-compressed download: one of the two modules, and the entry's JavaScript, each file by itself. */
async function downloads() {
  const gzip = async (file) => gzipSync(await readFile(join(dist, file)), { level: 9 }).length;
  const scripts = (await readdir(dist)).filter((file) => file.endsWith('.js') && !file.startsWith('trino'));
  const script = (await Promise.all(scripts.map(gzip))).reduce((sum, size) => sum + size, 0);
  return [script + (await gzip('datasource-simd.wasm')), script + (await gzip('datasource.wasm'))];
}

// ---- What is told

const ms = ({ best }) => `${best.toFixed(best < 10 ? 2 : 1)} ms`;
const times = (peer, own) => `**${(peer.best / own.best).toFixed(2)}x**`;
const percent = (...all) => `${Math.round(100 * Math.max(...all.map(({ noise }) => noise)))} %`;
const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

async function compilers() {
  const cache = await readFile(join(programs, '../../CMakeCache.txt'), 'utf8');
  const compiler = /^CMAKE_CXX_COMPILER:\w+=(.*)$/m.exec(cache)[1];
  const first = async (program) => (await output(program, ['--version'])).split('\n')[0];
  const version = (line) => /\d+\.\d+(\.\d+)?/.exec(line.replace(/\([^)]*\)/g, ''))[0];
  const native = await first(compiler);
  return `${/clang/i.test(native) ? 'Clang' : 'GCC'} ${version(native)} with \`-O3\` and no option for the processor, Emscripten ${version(await first('em++'))}`;
}

const { path: folder, remove } = await temporaryFolder();
try {
  await output(join(programs, 'write_replies'), [folder]);
  const size = Object.fromEntries(
    await Promise.all(forms.map(async (form) => [form, (await readFile(join(folder, `${form}.json`))).length])),
  );
  const megabytes = (form) => `${(size[form] / 1e6).toFixed(1)} MB`;
  console.error('bench: C++');
  const decode = await native('decode_bench');
  const request = await native('request_bench');
  console.error('bench: JavaScript');
  const scripts = await decodeInScripts(folder);
  const ready = [await readyInNode(true), await readyInNode(false)];
  const sizes = await downloads();

  const text = `Each number is the best of ${repetitions} repetitions, in processor time (JavaScript: of all threads, so the collection of garbage counts); what is compared takes turns in one process.
"Noise" is how far the median is above the best, at worst, among what a row compares.

Machine: ${machine()}; ${await compilers()}.

The reply is that of a statement in OpenSearch's JDBC format, 220,000 rows of a long, an integer, a double, a text, a timestamp and a boolean with nulls:
${megabytes('compact')} compact, ${megabytes('pretty')} with the white space that OpenSearch writes.

### A reply to columns, C++

\`read_jdbc\` against [simdjson](https://github.com/simdjson/simdjson)'s on-demand reader and [nlohmann/json](https://github.com/nlohmann/json)'s tree, each filling the same column buffers. The
peers are told the schema and the number of rows, which the SDK reads and estimates; they do not check that a row ends where it should.

${table(
  ['Reply', 'datasource-sdk', 'simdjson', 'nlohmann/json', 'against simdjson', 'against nlohmann/json', 'noise'],
  forms.map((form, i) => {
    const [own, simdjson, tree] = ['datasource_columns', 'simdjson_on_demand', 'nlohmann_tree'].map((name) => decode[`${name}/${i}`]);
    const speed = `${(size[form] / own.best / 1e6).toFixed(2)} GB/s`;
    return [form, `${ms(own)}, ${speed}`, ms(simdjson), ms(tree), times(simdjson, own), times(tree, own), percent(own, simdjson, tree)];
  }),
)}

### A reply to columns, JavaScript

The npm package (a client whose \`fetch\` gives the bytes) against \`JSON.parse\` and typed arrays filled by hand, from the same bytes. The package's numbers are views of WebAssembly memory
and its longs are exact; texts become strings when they are read, in the last two columns all of them.

${table(
  ['Engine', 'Module', 'Reply', 'package', '`JSON.parse` + columns', 'ratio', 'package, every text read', 'ratio', 'noise'],
  scripts.map(({ engine, module, form, package: own, parse, packageWithTexts }) => [
    engine,
    module,
    form,
    ms(own),
    ms(parse),
    times(parse, own),
    ms(packageWithTexts),
    times(parse, packageWithTexts),
    percent(own, parse, packageWithTexts),
  ]),
)}

### The package

${table(
  ['Module', 'download, gzip', 'import to first validation in Node.js: on the clock', 'processor time', 'noise'],
  modules.map(({ name }, i) => [
    name,
    `${(sizes[i] / 1000).toFixed(1)} kB`,
    ms(ready[i].clock),
    ms(ready[i].processor),
    percent(ready[i].clock, ready[i].processor),
  ]),
)}

The download is one module and all of the package's JavaScript, each file compressed by itself; a bundler makes the JavaScript smaller.

### A request, C++

A data source with every rule checked, to the request that creates it, against nlohmann/json parsing and writing the body of that request.

${table(
  ['datasource-sdk', 'nlohmann/json', 'ratio', 'noise'],
  [
    [request.datasource_create_request, request.nlohmann_parse_and_dump].map(({ best }) => `${best.toFixed(2)} µs`).concat(
      times(request.nlohmann_parse_and_dump, request.datasource_create_request),
      percent(request.nlohmann_parse_and_dump, request.datasource_create_request),
    ),
  ],
)}
`;
  await record('The SDK', text);
  console.log(text);
} finally {
  await remove();
}
