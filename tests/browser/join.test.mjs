// A newcomer at the dashboard: the sample join, then two databases of their own, added, tested and joined.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { startBrowser } from '../support/browser.mjs';
import { startMariaDb, startPostgreSql } from '../support/databases.mjs';
import { startGateway } from '../support/gateway.mjs';
import * as shop from '../support/shop.mjs';
import { cells, editor, results, runStatement, scrollFrames } from './pages.mjs';

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
    assert.ok((await form.getByRole('list', { name: 'Checks' }).getByRole('listitem').count()) >= 5);
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
    const panel = page.getByRole('tabpanel', { name: 'Sources' });
    for (const source of [/^events/, /^shop/]) await panel.getByRole('button', { name: source }).click();
    await panel.getByRole('button', { name: 'Columns of customers' }).click();
    await panel.getByRole('button', { name: 'Insert country', exact: true }).waitFor();
    await panel.getByRole('button', { name: 'Insert events.page_views' }).waitFor();
    await page.mouse.move(700, 330);
    const apart = await page.evaluate(() => {
      const tops = (selector) => [...document.querySelectorAll(selector)].map((element) => element.getBoundingClientRect().top);
      const numbers = tops('.cm-lineNumbers .cm-gutterElement').slice(1); // the first one is hidden and only keeps the width
      return Math.max(...tops('.cm-line').map((top, line) => Math.abs(top - numbers[line])));
    });
    assert.ok(apart < 2, `a line and its number are ${apart} px apart`);
    await screenshot('query-light-1440');
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.getByText('Chart', { exact: true }).click();
    await page.locator('.uplot canvas').waitFor();
    await screenshot('chart-dark-1440');
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

  test('a million rows scroll to their end, frame by frame, in a tab of less than 400 MB', async (context) => {
    // A browser of its own: its one tab is the one that is measured.
    const own = await startBrowser();
    context.after(() => own.stop());
    const { page, problems, close } = await own.page({ url: gateway.url });
    await page.goto('/');
    await runStatement(page, "select i, i * i as square, 'customer ' || i % 1000 as name, i / 7.0 as share from range(1000000) t(i)");
    await page.getByText('1,000,000 rows').waitFor({ timeout: 60_000 });
    const memory = await own.tabMemory();
    const { times, fewest } = await scrollFrames(page);
    context.diagnostic(`tab ${Math.round(memory / 2 ** 20)} MB, median frame ${times[60].toFixed(1)} ms, 95 of 100 within ${times[114].toFixed(1)} ms`);
    assert.ok(memory < 400 * 2 ** 20, `the tab takes ${memory} bytes`);
    assert.ok(fewest > 5, `a frame shows ${fewest} rows`);
    await results(page).evaluate((grid) => (grid.scrollTop = grid.scrollHeight));
    await results(page).getByText('999998000001', { exact: true }).waitFor(); // 999,999 squared
    assert.ok((await results(page).getByRole('row').count()) < 200);
    assert.deepEqual(problems, []);
    await close();
  });

  test('the first page loads at most 350 KB of script', async (context) => {
    const { page, close } = await browser.page({ url: gateway.url });
    await page.goto('/', { waitUntil: 'networkidle' });
    await editor(page).waitFor();
    const scripts = await page.evaluate(() => performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('.js')).map(({ encodedBodySize }) => encodedBodySize));
    const total = scripts.reduce((sum, size) => sum + size, 0);
    context.diagnostic(`${(total / 1_000).toFixed(1)} KB of script as they come, in ${scripts.length} files`);
    assert.ok(total > 100_000 && total <= 350_000, `${total} bytes`);
    await close();
  });
});
