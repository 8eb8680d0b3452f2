// The npm package as a user gets it: packed, installed into projects of their own, used in Node.js, by the TypeScript
// compiler and in a Vite app.

import assert from 'node:assert/strict';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { startBrowser } from '../../tests/support/browser.mjs';
import { repository, startGateway } from '../../tests/support/gateway.mjs';
import { freePort, run, start, temporaryFolder, until } from '../../tests/support/process.mjs';

const module = (path) => join(repository, 'node_modules', path);
const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];

let folder, gateway, browser, tarball, packed;

before(async () => {
  folder = await temporaryFolder();
  const { stdout } = await run('npm', ['pack', '--json', ...quiet, '--pack-destination', folder.path], {
    cwd: join(repository, 'wasm'),
  });
  [packed] = JSON.parse(stdout.slice(stdout.indexOf('[')));
  tarball = join(folder.path, packed.filename);
  gateway = await startGateway({ samples: true });
  browser = await startBrowser();
});

after(async () => {
  await Promise.all([browser?.stop(), gateway?.stop()]);
  await folder?.remove();
});

/** A project with those files of an example and the package, and nothing else. */
async function project(name, example, files) {
  const path = join(folder.path, name);
  await mkdir(path);
  for (const file of files) await cp(join(repository, 'examples', example, file), join(path, file));
  await writeFile(join(path, 'package.json'), JSON.stringify({ name, private: true, type: 'module' }));
  await run('npm', ['install', '--offline', ...quiet, tarball], { cwd: path });
  return path;
}

test('it holds what it needs and nothing else', async () => {
  const files = packed.files.map(({ path }) => path).sort();
  for (const file of ['LICENSE', 'README.md', 'package.json', 'dist/index.js', 'dist/index.d.ts', 'dist/datasource.wasm', 'dist/trino.js', 'dist/trino.d.ts', 'dist/trino.wasm', 'dist/trino-simd.wasm'])
    assert.ok(files.includes(file), file);
  assert.deepEqual(
    files.filter((path) => !/^(LICENSE|README\.md|package\.json|dist\/[\w.-]+\.(js|d\.ts|wasm))$/.test(path)),
    [],
  );
  const { license, engines, dependencies, exports } = JSON.parse(
    await readFile(join(repository, 'wasm/package.json'), 'utf8'),
  );
  assert.deepEqual([license, engines.node, dependencies], ['Apache-2.0', '>=20', undefined]);
  for (const target of Object.values(exports).flatMap((each) => (typeof each === 'string' ? each : Object.values(each))))
    assert.ok(files.includes(target.slice(2)), target);
  assert.deepEqual(exports['./trino'], { types: './dist/trino.d.ts', default: './dist/trino.js' });
});

test('an empty Node.js project installs and uses it', { timeout: 120_000 }, async () => {
  const path = await project('node-app', 'node', ['join.mjs']);
  const { stdout } = await run(process.execPath, ['join.mjs', gateway.url], { cwd: path });
  const [head, ...rows] = stdout.trim().split('\n');
  assert.equal(head, 'country\torders\trevenue');
  assert.ok(rows.length > 2);
  const trino = "const { load, TrinoClient } = await import('datasource-sdk/trino'); await load(); console.log(TrinoClient.name);";
  assert.equal((await run(process.execPath, ['--input-type=module', '-e', trino], { cwd: path })).stdout, 'TrinoClient\n');
});

test('its types stand alone, for bundlers and for Node.js', { timeout: 120_000 }, async () => {
  const path = await project('types-app', 'vite', ['main.ts', 'tsconfig.json']);
  const tsc = [module('typescript/bin/tsc'), '-p', '.'];
  await run(process.execPath, tsc, { cwd: path });
  await run(process.execPath, [...tsc, '--module', 'nodenext', '--moduleResolution', 'nodenext'], { cwd: path });
});

test('a Vite app builds with it, and runs it from the build and from the development server', {
  timeout: 180_000,
}, async () => {
  const path = await project('vite-app', 'vite', ['index.html', 'main.ts', 'vite.config.js']);
  const vite = module('vite/bin/vite.js');
  const { stdout } = await run(process.execPath, [vite, 'build'], { cwd: path });
  assert.match(stdout, /datasource-[\w-]+\.wasm/);
  assert.doesNotMatch(stdout, /trino/, 'an entry that is not imported');

  for (const command of ['preview', 'dev']) {
    const port = await freePort();
    const server = start(process.execPath, [vite, command, path, '--config', join(path, 'vite.config.js'), '--port', String(port), '--strictPort'], {
      env: { GATEWAY: gateway.url },
    });
    try {
      const url = `http://127.0.0.1:${port}`;
      await until(`vite ${command} listening`, () => {
        assert.ok(server.running(), server.output.stdout + server.output.stderr);
        return server.output.stdout.includes(String(port));
      });
      const { page, problems, close } = await browser.page({ url });
      const wasm = page.waitForResponse((response) => new URL(response.url()).pathname.endsWith('.wasm'));
      await page.goto('/');
      assert.equal((await wasm).headers()['content-type'], 'application/wasm');
      await page.getByRole('status').filter({ hasText: /^\d+ rows$/ }).waitFor();
      assert.deepEqual(await page.locator('th').allTextContents(), ['country', 'customers']);
      assert.ok((await page.locator('td').count()) > 4);
      assert.deepEqual(problems, []);

      await page.getByLabel('Statement').fill('select * fro x');
      await page.getByRole('button', { name: 'Run' }).click();
      await page.getByRole('status').filter({ hasText: /^InvalidError: .*syntax error/ }).waitFor();
      await close();
    } finally {
      await server.stop();
    }
  }
});
