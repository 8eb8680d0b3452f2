// The programs as they are built against the installed SDK. join_databases and trino run in tests/integration, beside curl and Node.js.

import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

import { repository, startGateway } from '../../tests/support/gateway.mjs';
import { run, temporaryFolder } from '../../tests/support/process.mjs';

const example = (name) => join(repository, 'build/examples', name);

const targets = join(repository, 'examples/cpp/targets.csv');

test('the README shows quick_start as it is', async () => {
  const [readme, program] = await Promise.all(['README.md', 'examples/cpp/quick_start.cpp'].map((file) => readFile(join(repository, file), 'utf8')));
  assert.equal(/^```cpp\n(.*?)^```$/ms.exec(readme)?.[1], program);
});

test('quick_start lists, registers, tests, joins, prints and removes, as often as it is run', { timeout: 60_000 }, async () => {
  const gateway = await startGateway({ samples: true });
  try {
    for (let time = 0; time < 2; time += 1) {
      const { stdout } = await run(example('quick_start'), [gateway.url, targets]);
      assert.match(stdout, /^2 sources are there$/m);
      assert.match(stdout, /\b1 table: targets$/m);
      assert.match(stdout, /^country +target +orders$/m);
      assert.match(stdout, /^Germany +500 +\d+$/m);
    }
  } finally {
    await gateway.stop();
  }
});

test('quick_start says what is wrong with the file, and leaves nothing behind', { timeout: 60_000 }, async () => {
  const gateway = await startGateway({ samples: true });
  try {
    for (let time = 0; time < 2; time += 1) {
      const { code, stderr } = await run(example('quick_start'), [gateway.url, '/no/such/file.csv'], { check: false });
      assert.equal(code, 1);
      assert.match(stderr, /^\/no\/such\/file\.csv cannot be opened: No such file or directory/);
    }
  } finally {
    await gateway.stop();
  }
});

test('quick_start says what is wrong when no gateway answers', { timeout: 60_000 }, async () => {
  const { code, stderr } = await run(example('quick_start'), ['http://127.0.0.1:1', targets], { check: false });
  assert.equal(code, 1);
  assert.match(stderr, /^nothing answers at http:\/\/127\.0\.0\.1:1: connection refused/);
});

test('in_process queries a folder of files without a server', { timeout: 60_000 }, async () => {
  const folder = await temporaryFolder();
  try {
    await writeFile(join(folder.path, 'orders.csv'), 'id,amount\n1,2.50\n2,4.25\n');
    const { stdout } = await run(example('in_process'), [folder.path, 'select count(*) as n, sum(amount) as total from files.orders']);
    assert.match(stdout, /\b2\b/);
    assert.match(stdout, /\b6\.75\b/);
  } finally {
    await folder.remove();
  }
});
