// The gateway goes away and comes back while somebody works at the dashboard.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { startBrowser } from '../support/browser.mjs';
import { curl, startGateway } from '../support/gateway.mjs';
import { temporaryFolder } from '../support/process.mjs';
import { editor, results, runStatement, write } from './pages.mjs';

describe('the gateway goes away', { timeout: 120_000 }, () => {
  let folder, gateway, browser, tab, port;

  const start = async () => {
    gateway = await startGateway({ samples: true, data: `${folder.path}/data`, ...(port === undefined ? {} : { args: ['--port', port] }) });
    ({ port } = new URL(gateway.url));
  };

  before(async () => {
    folder = await temporaryFolder();
    await start();
    browser = await startBrowser();
    tab = await browser.page({ url: gateway.url });
  });

  after(async () => {
    await browser?.stop();
    await gateway?.stop();
    await folder?.remove();
  });

  const banner = () => tab.page.getByText('The gateway does not answer.');

  test('a statement fails with what to do, what was written and shown stays, and it runs again once the gateway is back', async () => {
    const { page, screenshot } = tab;
    await page.goto('/');
    await runStatement(page, 'select count(*) as customers from shop.customers');
    await results(page).waitFor();
    // The code of the other pages has come meanwhile.
    await page.waitForFunction(() => performance.getEntriesByType('resource').some(({ name }) => name.includes('/AddSourcePage-')));
    await page.waitForLoadState('networkidle');
    await gateway.stop();
    await write(page, 'select count(*) as orders from shop.orders');
    await page.keyboard.press('Control+Enter');
    await banner().waitFor();
    await page.getByRole('button', { name: 'Run again' }).waitFor();
    await screenshot('offline-light-1440');

    // The other pages open all the same, with what was read before.
    await page.getByRole('link', { name: 'Sources', exact: true }).click();
    await page.getByRole('rowheader', { name: /^shop/ }).waitFor();
    await page.getByRole('link', { name: 'Add source' }).click();
    await page.getByRole('link', { name: 'PostgreSQL' }).click();
    await page.getByLabel('Host').fill('db1');

    await start();
    await banner().waitFor({ state: 'hidden' }); // by itself
    assert.equal(await page.getByLabel('Host').inputValue(), 'db1');
    await page.getByRole('link', { name: 'Query', exact: true }).click();
    await editor(page).getByText('as orders').waitFor();
    await page.getByRole('button', { name: 'Run again' }).click();
    await page.getByRole('columnheader', { name: /orders/ }).waitFor();
  });

  test('a form that cannot be saved says so, keeps what was typed, and is saved later', async () => {
    const { page } = tab;
    await page.goto('/sources/new/files');
    const form = page.getByRole('form', { name: 'Add Files' });
    await form.getByLabel(/^Name/).fill('later');
    await form.getByLabel('File or folder').fill(folder.path);
    await gateway.stop();
    await form.getByRole('button', { name: 'Save' }).click();
    await form.getByText('The source was not saved').waitFor();
    await form.getByRole('button', { name: 'Test' }).click();
    await form.getByText('The test could not be run').waitFor();
    await start();
    await banner().waitFor({ state: 'hidden' });
    await form.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('rowheader', { name: /^later/ }).waitFor();
    assert.equal((await curl(gateway.url, 'GET', '/_plugins/_query/_datasources/later')).status, 200);
  });

  test('a page that is opened while it is away goes on by itself', async () => {
    const { page } = tab;
    await page.goto('/sources');
    await page.getByRole('rowheader', { name: /^shop/ }).waitFor();
    // The page comes, and the gateway's API does not: as behind a proxy whose gateway is down.
    await page.route('**/_plugins/**', (route) => route.abort());
    await page.route('**/_health', (route) => route.abort());
    await page.reload();
    await page.getByRole('heading', { name: 'The gateway does not answer' }).waitFor();
    await page.unroute('**/_plugins/**');
    await page.unroute('**/_health');
    await page.getByRole('rowheader', { name: /^shop/ }).waitFor();
  });

  test('a connection that breaks in the middle of a result is told, and the rows that came are not shown as all', async () => {
    const { page } = tab;
    await page.goto('/');
    await write(page, 'select i, i * 2 as twice from range(200000000) t(i)');
    await page.keyboard.press('Control+Enter');
    await results(page).waitFor();
    await page.getByText(/received…/).waitFor();
    await gateway.stop('SIGKILL');
    await banner().waitFor();
    const notice = page.getByRole('alert').filter({ hasText: 'Not all rows.' });
    await notice.getByText(/broke the connection off/).waitFor();
    await results(page).getByRole('gridcell', { name: '6', exact: true }).first().waitFor();
    await start();
    await banner().waitFor({ state: 'hidden' });
  });
});
