// The programs as they are built against the installed SDK. join_databases runs in tests/integration, beside curl and Node.js.

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

import { repository, startGateway } from '../../tests/support/gateway.mjs';
import { run, temporaryFolder } from '../../tests/support/process.mjs';

const example = (name) => join(repository, 'build/examples', name);

test('quick_start shows the rows of a join of the samples', { timeout: 60_000 }, async () => {
  const gateway = await startGateway({ samples: true });
  try {
    const { stdout } = await run(example('quick_start'), [gateway.url]);
    assert.match(stdout, /^country +orders +revenue$/m);
    assert.match(stdout, /^\w[\w ]* {2,}\d+ +[\d.]+$/m);
  } finally {
    await gateway.stop();
  }
});

test('quick_start says what is wrong when no gateway answers', { timeout: 60_000 }, async () => {
  const { code, stderr } = await run(example('quick_start'), ['http://127.0.0.1:1'], { check: false });
  assert.notEqual(code, 0);
  assert.match(stderr, /127\.0\.0\.1:1/);
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
