// The whole catalogue of the SDK at the dashboard, whatever of it this gateway's engine serves: chosen, asked for, judged, rotated.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';

import { connectors, load } from 'datasource-sdk';

import { startBrowser } from '../support/browser.mjs';
import { startGateway } from '../support/gateway.mjs';
import { editor, faults, pick } from './pages.mjs';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const base = '/_plugins/_query/_datasources';
await load();

describe('the whole catalogue', { timeout: 120_000 }, () => {
  let gateway, browser, tab;

  before(async () => {
    [gateway, browser] = await Promise.all([startGateway(), startBrowser()]);
    tab = await browser.page({ url: gateway.url, bypassCSP: true });
    await tab.page.addInitScript(axe);
    await tab.page.route(`**${base}/_connectors`, (route) => route.fulfill({ json: connectors }));
  });

  after(async () => {
    await browser?.stop();
    await gateway?.stop();
  });

  const labels = (form) => form.locator('label').allTextContents().then((all) => all.map((text) => text.replace(/ \*$/, '')));
  const formOf = async (id) => {
    const { title } = connectors.find((connector) => connector.id === id);
    await tab.page.goto(`/sources/new/${id}`);
    const form = tab.page.getByRole('form', { name: `Add ${title}` });
    await form.getByLabel(/^Name/).waitFor();
    return form;
  };
  const findings = async (page) =>
    page.evaluate(async () => {
      const { violations } = await window.axe.run(document, { resultTypes: ['violations'] });
      return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary}`));
    });

  test('every connector is offered in its family, told apart from others of its title, and found by a word', async () => {
    const { page, screenshot } = tab;
    await page.goto('/sources/new');
    const cards = page.getByRole('main').getByRole('link', { name: /./ }).and(page.locator('[aria-describedby]'));
    await cards.nth(connectors.length - 1).waitFor();
    const titles = await cards.allTextContents();
    assert.equal(titles.length, connectors.length);
    assert.equal(new Set(titles).size, connectors.length, String(titles));
    assert.deepEqual(await findings(page), []);
    await screenshot('all-connectors-light-1440');
    for (const [word, found] of [['prom', ['Prometheus']], ['time series', ['Prometheus', 'InfluxDB']], ['mongo', ['MongoDB']], ['warehouse snow', ['Snowflake']]]) {
      await page.getByRole('searchbox', { name: 'Search connectors' }).fill(word);
      assert.deepEqual(await cards.allTextContents(), found, word);
    }
    await page.getByRole('searchbox', { name: 'Search connectors' }).press('Enter');
    await page.getByRole('form', { name: 'Add Snowflake' }).waitFor();
  });

  for (const { id, title } of connectors) {
    test(`the form of ${id} is whole on a wide and a narrow page, and axe finds nothing`, async () => {
      const { page } = tab;
      await page.setViewportSize({ width: 1440, height: 900 });
      const form = await formOf(id);
      const advanced = form.getByRole('button', { name: /^Advanced/ });
      if ((await advanced.count()) > 0) await advanced.click();
      assert.deepEqual(await findings(page), [], title);
      await page.setViewportSize({ width: 390, height: 844 });
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 390, `${id} is wider than 390 px`);
      await page.setViewportSize({ width: 1440, height: 900 });
    });
  }

  test('fields are asked for when the way to sign in needs them, and what holds something stays in sight', async () => {
    const bigquery = await formOf('bigquery');
    assert.ok(!(await labels(bigquery)).includes('Access token'));
    await bigquery.getByLabel('Authentication').selectOption('Access token');
    await bigquery.getByRole('textbox', { name: 'Access token' }).fill('ya29.token');
    assert.ok(!(await labels(bigquery)).includes('Service account key'));
    await bigquery.getByLabel('Authentication').selectOption('Service account');
    assert.ok((await labels(bigquery)).includes('Service account key'));
    assert.ok((await labels(bigquery)).includes('Access token'), 'what was typed is not out of sight');

    const prometheus = await formOf('prometheus');
    assert.deepEqual((await labels(prometheus)).filter((label) => ['User name', 'Password', 'Token', 'AWS region'].includes(label)), []);
    await prometheus.getByLabel('Authentication', { exact: true }).selectOption('Token');
    assert.deepEqual((await labels(prometheus)).filter((label) => ['User name', 'Password', 'Token', 'AWS region'].includes(label)), ['Token']);
    await prometheus.getByLabel(/^Name/).fill('metrics');
    await prometheus.getByRole('textbox', { name: 'URL', exact: true }).fill('http://127.0.0.1:9090');
    await prometheus.getByRole('button', { name: 'Save' }).click();
    await prometheus.getByRole('textbox', { name: 'Token' }).and(tab.page.locator('[aria-invalid=true]')).waitFor();

    const influx = await formOf('influxdb');
    assert.ok((await labels(influx)).includes('Organization') && !(await labels(influx)).includes('Database'));
    await influx.getByLabel('Version').selectOption('1.x: database, InfluxQL');
    assert.ok(!(await labels(influx)).includes('Organization') && (await labels(influx)).includes('Database'));

    // A default is nothing that was given.
    const opensearch = await formOf('opensearch');
    assert.deepEqual((await labels(opensearch)).filter((label) => /^AWS|^Password/.test(label)), []);
    await opensearch.getByLabel('Authentication').selectOption('AWS signature, version 4');
    assert.deepEqual((await labels(opensearch)).filter((label) => /^AWS|^Password/.test(label)), ['AWS region', 'AWS service', 'AWS access key', 'AWS secret key', 'AWS session token']);

    // Who signs in may be said with every way to do so.
    const snowflake = await formOf('snowflake');
    assert.ok((await labels(snowflake)).includes('User name') && !(await labels(snowflake)).includes('Passphrase of the private key'));
    await snowflake.getByLabel('Authentication').selectOption('Key pair');
    assert.ok((await labels(snowflake)).includes('Passphrase of the private key'));
  });

  test('what follows from a stored key is shown, and stays unsaid until it is changed', async () => {
    const { page } = tab;
    const source = {
      id: '7c2', etag: 'v1', name: 'lake', description: '', connector: 'bigquery', status: 'ACTIVE', allowedRoles: [],
      properties: { project: 'acme-shop', serviceAccountKey: '******' },
      configuration: { endpoint: null, credentials: { username: null, password: null } },
    };
    const sent = [];
    await page.route(`**${base}`, (route) => {
      if (route.request().method() === 'GET') return route.fulfill({ json: [source] });
      sent.push(route.request().postDataJSON().properties);
      return route.fulfill({ json: { dataSourceId: '7c2', name: 'lake', status: 'ACTIVE', message: 'Updated' } });
    });
    const form = page.getByRole('form', { name: 'Edit lake' });
    const authentication = form.getByLabel('Authentication');
    for (const change of [() => form.getByLabel('Description').fill('Sales'), () => authentication.selectOption('Access token').then(() => form.getByRole('textbox', { name: 'Access token' }).fill('ya29'))]) {
      await page.goto('/sources/lake/edit');
      await authentication.waitFor();
      assert.equal(await authentication.inputValue(), 'service_account');
      assert.ok((await labels(form)).includes('Service account key'));
      await change();
      await form.getByRole('button', { name: 'Save' }).click();
      await page.getByText('lake was saved').first().waitFor();
    }
    assert.deepEqual(sent, [source.properties, { ...source.properties, authentication: 'token', accessToken: 'ya29' }]);
    await page.unroute(`**${base}`);
  });

  test('a test tells fields by the titles of the form', async () => {
    const { page } = tab;
    const failed = { name: 'connect', title: 'Connect to the server', status: 'failed', durationMs: 1, message: 'the server does not take the encryption; check properties.encrypt and configuration.credentials.username' };
    await page.route(`**${base}/_test`, (route) => route.fulfill({ json: { name: 'erp', connector: 'sqlserver', passed: false, message: failed.message, checks: [failed] } }));
    const form = await formOf('sqlserver');
    await form.getByLabel(/^Name/).fill('erp');
    await form.getByLabel('Host').fill('127.0.0.1');
    await form.getByLabel('Database').fill('erp');
    await form.getByLabel('User name').fill('sa');
    await form.getByRole('textbox', { name: 'Password' }).fill('secret');
    await form.getByRole('button', { name: 'Test' }).click();
    await form.getByText('check “Encryption” and “User name”').waitFor();
    await page.unroute(`**${base}/_test`);
  });

  test('a token is rotated as a password is, and nothing else is asked for', async () => {
    const { page, screenshot } = tab;
    const source = {
      id: '7c1', etag: 'v1', name: 'metrics', description: '', connector: 'prometheus', status: 'ACTIVE', allowedRoles: [],
      properties: { 'prometheus.uri': 'http://127.0.0.1:9090', 'prometheus.auth.type': 'bearer', 'prometheus.auth.token': '******' },
      configuration: { endpoint: null, credentials: { username: null, password: null } },
    };
    const sent = [];
    await page.route(`**${base}`, (route) => {
      if (route.request().method() === 'GET') return route.fulfill({ json: [source] });
      sent.push([route.request().headers()['if-match'], route.request().postDataJSON()]);
      return route.fulfill({ json: { dataSourceId: '7c1', name: 'metrics', status: 'ACTIVE', message: 'Updated' } });
    });
    await page.route(`**${base}/_test`, (route) => route.fulfill({ json: { name: 'metrics', connector: 'prometheus', passed: true, message: 'it answers', checks: [] } }));
    await page.goto('/sources');
    await pick(page, 'metrics', 'Rotate credentials…');
    const dialog = page.getByRole('dialog', { name: 'Rotate credentials of metrics' });
    assert.deepEqual(await labels(dialog), ['Authentication', 'New token']);
    await dialog.getByRole('button', { name: 'Test and save' }).click();
    await dialog.getByText('Type the new token.').waitFor();
    await screenshot('rotate-token-light-1440');
    await dialog.getByLabel(/New token/).fill('n3w-token');
    await dialog.getByRole('button', { name: 'Test and save' }).click();
    await page.getByText('metrics has new credentials').waitFor();
    assert.equal(sent[0][0], '"v1"');
    assert.deepEqual(sent[0][1].properties, { ...source.properties, 'prometheus.auth.token': 'n3w-token' });

    // Deep and odd names: in the panel as they are, in the statement in quotes.
    const column = (name) => ({ name, type: 'double', nullable: true });
    const tables = [
      { schema: 'metrics', name: 'http_requests_total', type: 'table', columns: [column('value'), column('le 0.5')] },
      { schema: 'metrics', name: 'node.cpu-seconds total', type: 'table', columns: [column('select')] },
      { schema: 'rules "a"', name: 'order', type: 'view', columns: [column('x')] },
    ];
    await page.route(`**${base}/metrics/_schema*`, (route) => route.fulfill({ json: { name: 'metrics', schemas: ['metrics', 'rules "a"'], total: tables.length, tables } }));
    await page.goto('/');
    const panel = page.getByRole('tabpanel', { name: 'Sources' });
    await panel.getByRole('button', { name: /^metrics/ }).first().click();
    const inserted = async (name) => {
      await editor(page).click();
      await page.keyboard.press('Control+a');
      await page.keyboard.press('Delete');
      await panel.getByRole('button', { name, exact: true }).click();
      return editor(page).evaluate((content) => content.querySelector('.cm-line').textContent);
    };
    assert.equal(await inserted('Insert metrics.metrics.http_requests_total'), 'metrics.metrics.http_requests_total');
    assert.equal(await inserted('Insert metrics.metrics."node.cpu-seconds total"'), 'metrics.metrics."node.cpu-seconds total"');
    assert.equal(await inserted('Insert metrics."rules ""a"""."order"'), 'metrics."rules ""a"""."order"');
    await panel.getByRole('button', { name: 'Columns of node.cpu-seconds total' }).click();
    assert.equal(await inserted('Insert select'), '"select"');
    await screenshot('odd-names-light-1440');
    assert.deepEqual(faults(tab.problems), []);
  });
});
