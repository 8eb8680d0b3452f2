// Where a gateway has two engines, a source may be given one of them; where it has one, nobody is asked.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { startBrowser } from '../support/browser.mjs';
import { curl, startGateway } from '../support/gateway.mjs';
import { freePort } from '../support/process.mjs';
import { faults, fillDatabase, sourceRow } from './pages.mjs';

const sources = '/_plugins/_query/_datasources';
const database = { host: 'db.invalid', port: 5432, database: 'crm', username: 'app', password: 's3cret' };

describe('the engine of a source', { timeout: 120_000 }, () => {
  let both, one, browser, tab;

  before(async () => {
    const nobody = await freePort();
    [both, one, browser] = await Promise.all([startGateway({ args: ['--trino-url', `http://127.0.0.1:${nobody}`] }), startGateway(), startBrowser()]);
    tab = await browser.page({ url: both.url });
  });

  after(async () => {
    await browser?.stop();
    await Promise.all([both?.stop(), one?.stop()]);
  });

  const unfold = async (form) => {
    const advanced = form.getByRole('button', { name: /^Advanced/ });
    if ((await advanced.getAttribute('aria-expanded')) === 'false') await advanced.click();
  };

  test('it is chosen in the form, shown in the list, and left open again', async () => {
    const { page, screenshot, problems } = tab;
    await page.goto('/sources/new/postgresql');
    const form = page.getByRole('form', { name: 'Add PostgreSQL' });
    await fillDatabase(form, 'crm', database);
    await unfold(form);
    const engine = form.getByLabel('Engine');
    assert.deepEqual(await engine.locator('option').allTextContents(), ['Automatic', 'DuckDB', 'Trino']);
    await engine.selectOption('DuckDB');
    await screenshot('engine-light-1440');
    await form.getByRole('button', { name: 'Save' }).click();
    await sourceRow(page, 'crm').getByText('on DuckDB').waitFor();
    assert.equal((await curl(both.url, 'GET', `${sources}/crm`)).json().engine, 'duckdb');

    await page.getByRole('link', { name: 'Edit crm', exact: true }).click();
    const edit = page.getByRole('form', { name: 'Edit crm' });
    await unfold(edit);
    assert.equal(await edit.getByLabel('Engine').inputValue(), 'duckdb');
    await edit.getByLabel('Engine').selectOption('Automatic');
    await edit.getByRole('button', { name: 'Save' }).click();
    await sourceRow(page, 'crm').getByText('on DuckDB').waitFor({ state: 'detached' });
    assert.equal((await curl(both.url, 'GET', `${sources}/crm`)).json().engine, undefined);
    assert.deepEqual(faults(problems), []);
  });

  for (const [what, at, path] of [['of one engine', () => one, 'postgresql'], ['that only one engine reads', () => both, 'influxdb']]) {
    test(`a source ${what} has no such field`, async () => {
      const { page } = await browser.page({ url: at().url });
      await page.goto(`/sources/new/${path}`);
      const form = page.getByRole('form', { name: /^Add / });
      await unfold(form);
      assert.equal(await form.getByLabel('Engine').count(), 0);
      await page.close();
    });
  }
});
