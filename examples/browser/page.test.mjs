import assert from 'node:assert/strict';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { startBrowser } from '../../tests/support/browser.mjs';
import { repository, startGateway } from '../../tests/support/gateway.mjs';
import { temporaryFolder } from '../../tests/support/process.mjs';

let folder, gateway, browser;

// As README.md says, but in a folder of its own.
before(async () => {
  folder = await temporaryFolder();
  await cp(join(repository, 'examples/browser'), folder.path, { recursive: true });
  await cp(join(repository, 'wasm/dist'), join(folder.path, 'sdk'), { recursive: true });
  gateway = await startGateway({ samples: true, dashboard: folder.path });
  browser = await startBrowser();
});

after(async () => {
  await Promise.all([browser?.stop(), gateway?.stop()]);
  await folder?.remove();
});

test('the page runs its statement, another one, and shows an error', { timeout: 60_000 }, async () => {
  const { page, problems, close } = await browser.page({ url: gateway.url });
  const state = (pattern) => page.getByRole('status').filter({ hasText: pattern }).waitFor();
  const run = async (statement) => {
    await page.getByLabel('Statement').fill(statement);
    await page.getByRole('button', { name: 'Run' }).click();
  };
  await page.goto('/');
  await state(/^\d+ rows in \d+ ms$/);
  assert.deepEqual(await page.locator('th').allTextContents(), ['country', 'orders', 'revenue']);
  assert.ok((await page.locator('tr').count()) > 2);
  assert.deepEqual(problems, []);

  await run("select 9007199254740993 as n, 'ä<b>' as t, null as x");
  await state(/^1 rows/);
  assert.deepEqual(await page.locator('td').allTextContents(), ['9007199254740993', 'ä<b>', '–']);

  await run('select * fro x');
  await state(/syntax error/);
  await close();
});
