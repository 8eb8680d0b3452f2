// A newcomer at the dashboard: the sample join, then two databases of their own, added, tested and joined.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { startBrowser } from '../support/browser.mjs';
import { startMariaDb, startPostgreSql } from '../support/databases.mjs';
import { startGateway } from '../support/gateway.mjs';
import * as shop from '../support/shop.mjs';
import { cells, editor, results } from './pages.mjs';

describe('the dashboard', { timeout: 180_000 }, () => {
  let crm, orders, gateway, browser;

  before(async () => {
    [crm, orders, gateway, browser] = await Promise.all([
      startPostgreSql({ sql: shop.postgreSql }),
      startMariaDb({ sql: shop.mariaDb }),
      startGateway({ samples: true }),
      startBrowser(),
    ]);
  });

  after(async () => {
    await browser?.stop();
    await Promise.all([crm?.stop(), orders?.stop(), gateway?.stop()]);
  });

  async function add(page, title, name, config, screenshot) {
    await page.getByRole('link', { name: 'Sources', exact: true }).click();
    await page.getByRole('link', { name: 'Add source' }).click();
    await page.getByRole('link', { name: title, exact: true }).click();
    const form = page.getByRole('form', { name: `Add ${title}` });
    await form.getByLabel(/^Name/).fill(name);
    await form.getByLabel('Host').fill(config.host);
    await form.getByLabel('Port').fill('70000');
    await form.getByLabel('Database').fill(config.database);
    await form.getByText('"70000" is not a port').waitFor(); // said while typing, by the SDK's own rule
    await form.getByLabel('Port').fill(String(config.port));
    await form.getByText('is not a port').waitFor({ state: 'hidden' });
    await form.getByLabel('User name').fill(config.username);
    const password = form.getByRole('textbox', { name: 'Password' });
    assert.equal(await password.getAttribute('type'), 'password');

    await password.fill('wr0ng');
    await form.getByRole('button', { name: 'Test' }).click();
    await form.getByText('Test failed').waitFor();
    await password.fill(config.password);
    await form.getByRole('button', { name: 'Test' }).click();
    await form.getByText('Test passed').waitFor();
    assert.equal(await form.getByRole('list', { name: 'Checks' }).getByRole('listitem').count(), 5);
    await screenshot?.();
    await form.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('rowheader', { name: new RegExp(`^${name}`) }).waitFor();
  }

  test('first run: the sample join is ready, and one press shows its rows', async () => {
    const { page, problems, screenshot, close } = await browser.page({ url: gateway.url });
    await page.goto('/');
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByRole('columnheader', { name: /revenue/ }).waitFor();
    assert.ok((await cells(page)).length > 1);
    await screenshot('query-light-1440');
    assert.deepEqual(problems, []);
    await close();
  });

  test('two databases of one’s own are added, tested, saved and joined', async () => {
    const { page, problems, screenshot, close } = await browser.page({ url: gateway.url });
    await page.goto('/sources');
    await add(page, 'PostgreSQL', 'crm', crm.config, () => screenshot('tested-light-1440'));
    await add(page, 'MySQL', 'mysql-orders', orders.config);
    await screenshot('sources-light-1440');

    await page.getByRole('link', { name: 'Query', exact: true }).click();
    await editor(page).click();
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText(shop.joinStatement('crm', '"mysql-orders"'));
    await page.keyboard.press('Control+Enter');
    await page.getByRole('columnheader', { name: /region/ }).waitFor();
    await page.getByText(`${shop.expectedRows().length} rows`).waitFor();
    const shown = (await cells(page)).map((row) => row.map((text) => text.replaceAll(/[,\u202f ]/g, '')));
    assert.deepEqual(shown, shop.expectedRows().map(([region, count, total]) => [region ?? 'NULL', String(count), total]));
    await screenshot('join-light-1440');
    assert.deepEqual(problems, []);
    await close();
  });

  test('a statement that fails says why, and a running one is cancelled', async () => {
    const { page, close } = await browser.page({ url: gateway.url });
    await page.goto('/');
    const type = async (text) => {
      await editor(page).click();
      await page.keyboard.press('Control+a');
      await page.keyboard.insertText(text);
      await page.keyboard.press('Control+Enter');
    };
    await type("select * from read_text('/etc/passwd')");
    await page.getByText('The statement failed').waitFor();
    await page.getByText(/read_text is not allowed/).waitFor();
    await type('select count(*) from range(1000000) a(i), range(1000000) b(j) where (i * j) % 7 = 3');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Cancelled', { exact: true }).waitFor();
    await close();
  });

  test('a million rows scroll to their end', async () => {
    const { page, problems, close } = await browser.page({ url: gateway.url });
    await page.goto('/');
    await editor(page).click();
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText('select i, i * i as square from range(1000000) t(i)');
    await page.keyboard.press('Control+Enter');
    await page.getByText(/1[,.\u202f ]?000[,.\u202f ]?000 rows/).waitFor({ timeout: 60_000 });
    await results(page).evaluate((grid) => (grid.scrollTop = grid.scrollHeight));
    await results(page).getByText(/^999[,.\u202f ]?998[,.\u202f ]?000[,.\u202f ]?001$/).waitFor(); // 999,999 squared
    assert.ok((await results(page).getByRole('row').count()) < 200);
    assert.deepEqual(problems, []);
    await close();
  });

  for (const colorScheme of ['light', 'dark']) {
    for (const [width, height] of [
      [1440, 900],
      [390, 844],
    ]) {
      test(`no page is wider than ${width} px, ${colorScheme}`, async () => {
        const { page, problems, screenshot, close } = await browser.page({ url: gateway.url, width, height, colorScheme });
        for (const [name, path, ready] of [
          ['query', '/', () => page.getByRole('button', { name: 'Run', exact: true }).click().then(() => results(page).waitFor())],
          ['sources', '/sources', () => page.getByRole('rowheader', { name: /^shop/ }).waitFor()],
          ['connectors', '/sources/new', () => page.getByRole('link', { name: 'PostgreSQL' }).waitFor()],
          ['add', '/sources/new/postgresql', () => page.getByLabel('Host').waitFor()],
        ]) {
          await page.goto(path);
          await ready();
          assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width, name);
          await screenshot(`${name}-${colorScheme}-${width}`);
        }
        assert.deepEqual(problems, []);
        await close();
      });
    }
  }
});
