// The health of sources at the dashboard: a real PostgreSQL goes away and comes back while somebody looks.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';

import { startBrowser } from '../support/browser.mjs';
import { startPostgreSql } from '../support/databases.mjs';
import { curl, startGateway } from '../support/gateway.mjs';
import { until } from '../support/process.mjs';
import { faults, pick, sourceRow } from './pages.mjs';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const sources = '/_plugins/_query/_datasources';

describe('the health of sources', { timeout: 120_000 }, () => {
  let crm, gateway, browser, tab;

  before(async () => {
    [crm, gateway, browser] = await Promise.all([
      startPostgreSql({ sql: 'create table customers (id int primary key)' }),
      startGateway({ samples: true, args: ['--health-interval', '400ms'] }),
      startBrowser(),
    ]);
    const { host, port, database, username, password } = crm.config;
    const body = { name: 'crm', connector: 'postgresql', properties: { host, port, database }, configuration: { credentials: { username, password } } };
    assert.equal((await curl(gateway.url, 'POST', sources, body)).status, 201);
    tab = await browser.page({ url: gateway.url, bypassCSP: true });
    await tab.page.addInitScript(axe);
  });

  after(async () => {
    await browser?.stop();
    await Promise.all([crm?.stop(), gateway?.stop()]);
  });

  const health = async () => (await curl(gateway.url, 'GET', `${sources}/crm/_health`)).json();
  const becomes = (state) => until(`crm being ${state}`, async () => (await health()).state === state);
  const button = (page) => page.getByRole('button', { name: /: health of crm$/ });
  const drawer = (page) => page.getByRole('dialog', { name: 'Health of crm' });
  const figure = (page, name) => drawer(page).locator('dl > div').filter({ hasText: name }).locator('dd').first();
  /** What is read again at an interval is read again now: the window has been away. */
  const lookAgain = (page) => page.evaluate(() => window.dispatchEvent(new Event('visibilitychange')));

  /** What axe finds, and whether the page is as wide as the window. */
  const look = async (page, what) => {
    const found = await page.evaluate(async () => {
      const { violations } = await window.axe.run(document, { resultTypes: ['violations'] });
      return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary}`));
    });
    assert.deepEqual(found, [], what);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), `${what} sticks out`);
    assert.equal(await page.evaluate(() => document.getAnimations().filter(({ effect }) => effect.getComputedTiming().duration > 20).length), 0, what);
  };

  test('the list says that a source is up, since when and how fast; its history opens and closes by keyboard', async () => {
    const { page, screenshot } = tab;
    await becomes('up');
    await page.goto('/sources');
    await sourceRow(page, 'crm').getByText(/^Up for \d+ s, [\d.]+ ms$/).waitFor();
    await sourceRow(page, 'crm').getByText('Active', { exact: true }).waitFor();
    await button(page).focus();
    await page.keyboard.press('Enter');
    const dialog = drawer(page);
    await dialog.getByText(/^PostgreSQL 1\d\.\d+/).waitFor();
    assert.equal(await figure(page, 'Uptime').textContent(), '100 %');
    assert.match(await figure(page, 'Latency').textContent(), /^[\d.]+ m?s$/);
    await dialog.getByRole('img', { name: /^\d+ probes?, all passed$/ }).waitFor();
    assert.ok((await dialog.getByRole('list', { name: 'Probes' }).getByRole('listitem').count()) >= 1);
    await look(page, 'up');
    await screenshot('health-up-light-1440');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    await button(page).and(page.locator(':focus')).waitFor();
  });

  test('a server that goes away turns its source into an Error in front of the viewer, with the check and the reason', async () => {
    const { page, screenshot } = tab;
    await crm.goAway();
    await becomes('down');
    await lookAgain(page);
    await sourceRow(page, 'crm').getByText(/^Down for \d+ s$/).waitFor();
    await sourceRow(page, 'crm').getByText('Error', { exact: true }).waitFor();
    await button(page).click();
    const dialog = drawer(page);
    await dialog.getByText(/^Connect to the server: 127\.0\.0\.1:\d+ refused the connection/).waitFor();
    await dialog.getByText(/statements that name it are still tried/).waitFor();
    const first = dialog.getByRole('list', { name: 'Probes' }).getByRole('listitem').first();
    await first.getByRole('img', { name: 'Down' }).waitFor();
    await first.getByText(/refused the connection/).waitFor();
    await screenshot('health-down-light-1440');
    assert.ok(!(await dialog.textContent()).includes(crm.password));
  });

  test('while the history is open the source comes back, and the failures can be seen alone', async () => {
    const { page, screenshot } = tab;
    await crm.comeBack();
    await becomes('up');
    await lookAgain(page);
    const dialog = drawer(page);
    await dialog.getByText(/^PostgreSQL 1\d\.\d+/).waitFor();
    assert.match(await figure(page, 'Uptime').textContent(), /^\d\d?\.\d+ %$/);
    await dialog.getByRole('img', { name: /^\d+ probes, \d+ failed$/ }).waitFor();
    const list = dialog.getByRole('list', { name: 'Probes' });
    await dialog.getByRole('switch', { name: 'Failed only' }).click();
    await list.getByRole('img', { name: 'Up' }).first().waitFor({ state: 'detached' });
    assert.ok((await list.getByRole('img', { name: 'Down' }).count()) > 0);
    await screenshot('health-mended-light-1440');
    await page.setViewportSize({ width: 390, height: 844 });
    await look(page, 'narrow');
    await screenshot('health-mended-light-390');
    await dialog.getByRole('button', { name: 'Close' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await sourceRow(page, 'crm').getByText('Active', { exact: true }).waitFor();
    await look(page, 'the narrow list');
    await screenshot('health-list-light-390');
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  test('in the dark, at both widths', async () => {
    const { page, screenshot, close, problems } = await browser.page({ url: gateway.url, colorScheme: 'dark', bypassCSP: true });
    await page.addInitScript(axe);
    await page.goto('/sources');
    await sourceRow(page, 'crm').getByText(/^Up for /).waitFor();
    await screenshot('health-list-dark-1440');
    await button(page).click();
    await drawer(page).getByRole('list', { name: 'Probes' }).waitFor();
    await look(page, 'dark');
    await screenshot('health-mended-dark-1440');
    await page.setViewportSize({ width: 390, height: 844 });
    await look(page, 'dark and narrow');
    await screenshot('health-mended-dark-390');
    assert.deepEqual(faults(problems), []);
    await close();
  });

  test('a test from the history is a probe, which says so', async () => {
    const { page } = tab;
    await button(page).click();
    const dialog = drawer(page);
    await dialog.getByRole('button', { name: 'Test now' }).click();
    await dialog.getByText('by a test').first().waitFor();
    await page.keyboard.press('Escape');
  });

  test('a history that cannot be read says why and is tried again', async () => {
    const { page } = tab;
    await page.route('**/crm/_health', (route) => route.fulfill({ status: 500, json: { status: 500, error: { type: 'InternalError', reason: 'x', details: 'the history is broken', kind: 'server' } } }));
    await page.reload();
    await button(page).click();
    const dialog = drawer(page);
    await dialog.getByRole('alert').getByText('The history is broken').waitFor();
    await look(page, 'failed');
    await page.unroute('**/crm/_health');
    await dialog.getByRole('button', { name: 'Try again' }).click();
    await dialog.getByRole('list', { name: 'Probes' }).waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
  });

  test('a disabled source is not probed, and says so beside what was', async () => {
    const { page, screenshot, problems } = tab;
    await pick(page, 'crm', 'Disable');
    await sourceRow(page, 'crm').getByText('Not probed', { exact: true }).waitFor();
    await button(page).click();
    await drawer(page).getByText('It is disabled: nothing probes it').waitFor();
    assert.equal(await drawer(page).getByRole('button', { name: 'Test now' }).count(), 0);
    await screenshot('health-disabled-light-1440');
    assert.deepEqual(faults(problems), []);
  });

  test('a source that was not probed yet says so', async () => {
    const { page, screenshot, close } = await browser.page({ url: gateway.url });
    const unknown = { name: 'shop', state: 'unknown', observedMs: 0, windowMs: 86_400_000 };
    await page.route('**/_datasources/_health', async (route) => {
      const summary = await (await route.fetch()).json();
      await route.fulfill({ json: { ...summary, sources: summary.sources.map((each) => (each.name === 'shop' ? unknown : each)) } });
    });
    await page.route('**/shop/_health', (route) => route.fulfill({ json: { ...unknown, probes: [] } }));
    await page.goto('/sources');
    await page.getByRole('button', { name: 'Not probed yet: health of shop' }).click();
    const dialog = page.getByRole('dialog', { name: 'Health of shop' });
    await dialog.getByText('No probes yet').waitFor();
    await screenshot('health-empty-light-1440');
    await close();
  });

  test('a gateway that was told not to probe shows no health', async () => {
    const quiet = await startGateway({ samples: true });
    const { page, close } = await browser.page({ url: quiet.url });
    const answered = page.waitForResponse('**/_datasources/_health');
    await page.goto('/sources');
    assert.equal((await answered).status(), 200);
    await page.getByRole('button', { name: 'Test shop' }).click();
    await sourceRow(page, 'shop').getByText('Passed').waitFor();
    assert.equal(await page.getByRole('button', { name: /: health of / }).count(), 0);
    await close();
    await quiet.stop();
  });

  test('a gateway that does not know what health is shows none', async () => {
    const imitation = await startGateway({ args: ['--dialect', 'opensearch'] });
    const { page, close } = await browser.page({ url: imitation.url });
    const body = { name: 'metrics', connector: 'prometheus', properties: { 'prometheus.uri': 'http://127.0.0.1:9090' } };
    assert.equal((await curl(imitation.url, 'POST', sources, body)).status, 201);
    const answered = page.waitForResponse('**/_datasources/_health');
    await page.goto('/sources');
    assert.equal((await answered).status(), 404);
    await sourceRow(page, 'metrics').getByText('Active', { exact: true }).waitFor();
    assert.equal(await page.getByRole('button', { name: /: health of / }).count(), 0);
    await close();
    await imitation.stop();
  });
});
