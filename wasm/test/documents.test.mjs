// What README.md and the reference say is true: its programs run, and every exported name is documented.

import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const compiler = join(repository, 'node_modules/typescript/bin/tsc');

const rows = (schema, datarows, more = {}) => ({
  schema: Object.entries(schema).map(([name, type]) => ({ name, type })),
  datarows,
  total: datarows.length,
  size: datarows.length,
  status: 200,
  ...more,
});

/** What the programs of README.md ask for. */
function answer(route, body) {
  const statement = body?.query ?? '';
  switch (route) {
    case 'GET /_health':
      return { status: 'ok', version: '0.1.0', engine: 'fake' };
    case 'POST /_plugins/_query/_datasources':
      return { dataSourceId: '1', name: body.name, status: 'ACTIVE', message: `Created DataSource with name ${body.name}` };
    case 'POST /_plugins/_query/_datasources/crm/_test':
      return { name: 'crm', connector: 'postgresql', passed: true, message: 'PostgreSQL 15.18', checks: [] };
    case 'POST /_plugins/_directquery/_query/metrics': {
      const result = [{ metric: { job: 'gateway' }, values: [[1795486000, '1'], [1795486015, '0']] }];
      return { queryId: 'q', results: { metrics: { resultType: 'matrix', result } } };
    }
    case 'GET /v1/info':
      return { nodeVersion: { version: '476' } };
    case 'POST /v1/statement': {
      const column = (name, type) => ({ name, type, typeSignature: { rawType: type, arguments: [] } });
      return { id: 'q', columns: [column('id', 'bigint'), column('amount', 'decimal')], data: [[7, '12.50']], stats: { state: 'FINISHED' } };
    }
    case 'POST /_plugins/_sql/close':
      return { succeeded: true };
    case 'POST /_plugins/_sql':
      if (body.fetch_size) return rows({ status: 'keyword' }, [['paid'], ['lost'], ['open']], { cursor: 'next' });
      if (statement.includes('customers')) return rows({ id: 'long', name: 'keyword' }, [[101, 'Ada'], [102, 'Grace']]);
      if (statement.includes('amount')) return rows({ amount: 'double' }, [[1.5], [2.25]]);
      return rows({ id: 'long' }, [[1], [2], [3]]);
  }
  return null;
}

async function startServer() {
  const routes = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const part of request) text += part;
    const route = `${request.method} ${request.url}`;
    routes.push(route);
    const reply = answer(route, text.startsWith('{') ? JSON.parse(text) : undefined);
    const sent = Buffer.from(JSON.stringify(reply ?? { error: `no route ${route}` }));
    response.writeHead(reply ? 200 : 404, { 'content-type': 'application/json', 'content-length': sent.length });
    response.end(sent);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, routes, close: () => server.close() };
}

test('the programs of README.md are TypeScript that runs, one after the other', { timeout: 120_000 }, async () => {
  const text = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  const blocks = [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, language, code]) => ({ language, code }));
  assert.ok(blocks.length >= 6);
  assert.deepEqual(new Set(blocks.map(({ language }) => language)), new Set(['ts']));

  const server = await startServer();
  const folder = join(repository, 'build/readme');
  try {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    const program = blocks.map(({ code }) => code).join('\n');
    assert.ok(program.includes("'http://127.0.0.1:8480'"));
    await writeFile(join(folder, 'program.ts'), program.replace('http://127.0.0.1:8480', server.url).replace('https://trino:8443', server.url));
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    const compilerOptions = {
      target: 'ES2022',
      module: 'nodenext',
      lib: ['ES2023', 'DOM', 'ESNext.Disposable'],
      types: ['node'],
      strict: true,
      noUncheckedIndexedAccess: true,
      exactOptionalPropertyTypes: true,
    };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['program.ts'] }));
    execFileSync(process.execPath, [compiler, '-p', folder], { encoding: 'utf8' });
    const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'program.js')], {
      env: { ...process.env, CRM_PASSWORD: 's3cret' },
    });
    const lines = stdout.split('\n');
    for (const line of [
      'true PostgreSQL 15.18',
      '101n Ada',
      '102n Grace',
      'gateway 2 1',
      '7n 12.50',
      '3.75',
      'amount',
      'properties.port: use 1 to 65535',
    ]) {
      assert.ok(lines.includes(line), `${line} is not in\n${stdout}`);
    }
    assert.match(stdout, /^receiving \d+ \d+$/m);
    assert.match(stdout, /^postgresql PostgreSQL \d+$/m);
    assert.match(stdout, /^name: "my crm" is not a name/m);
    assert.equal(server.routes.filter((route) => route === 'POST /_plugins/_sql/close').length, 1);
  } finally {
    server.close();
  }
});

test('every exported name is documented, and the reference is made without a warning', { timeout: 120_000 }, () => {
  const typedoc = fileURLToPath(new URL('../node_modules/typedoc/bin/typedoc', import.meta.url));
  const output = execFileSync(process.execPath, [typedoc, '--emit', 'none'], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  assert.doesNotMatch(output, /warning|error/i);
});
