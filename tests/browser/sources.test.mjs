// The life of a source at the dashboard: added, mended, tested, edited, rotated, switched off and on, found and deleted.

import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';

import { startBrowser } from '../support/browser.mjs';
import { startPostgreSql } from '../support/databases.mjs';
import { curl, startGateway } from '../support/gateway.mjs';
import { until } from '../support/process.mjs';
import * as shop from '../support/shop.mjs';
import { cells, faults, fillDatabase, pick, results, runStatement, sourceRow } from './pages.mjs';

const sources = '/_plugins/_query/_datasources';

describe('the life of a source', { timeout: 120_000 }, () => {
  let crm, gateway, browser, tab;

  before(async () => {
    [crm, gateway, browser] = await Promise.all([startPostgreSql({ sql: shop.postgreSql }), startGateway({ samples: true }), startBrowser()]);
    tab = await browser.page({ url: gateway.url });
  });

  after(async () => {
    await browser?.stop();
    await Promise.all([crm?.stop(), gateway?.stop()]);
  });

  const stored = async (name) => (await curl(gateway.url, 'GET', `${sources}/${name}`)).json();
  const count = async (page) => {
    await runStatement(page, 'select count(*) as customers from crm.public.customers');
    await results(page).getByText('1000', { exact: true }).waitFor();
  };
  const open = (page, name) => page.getByRole('link', { name, exact: true }).click();

  test('it is added: a rule is told while typing, a wrong password by the test, and mended it is saved', async () => {
    const { page, screenshot } = tab;
    await page.goto('/sources');
    await open(page, 'Add source');
    await open(page, 'PostgreSQL');
    const form = page.getByRole('form', { name: 'Add PostgreSQL' });
    await fillDatabase(form, 'crm', { ...crm.config, port: 70000 }, { password: 'wr0ng' });
    await form.getByText('"70000" is not a port').waitFor();
    await form.getByLabel('Port').fill(String(crm.port));
    await form.getByText('is not a port').waitFor({ state: 'hidden' });
    const password = form.getByRole('textbox', { name: 'Password' });
    assert.equal(await password.getAttribute('type'), 'password');

    await form.getByRole('button', { name: 'Test' }).click();
    await form.getByText('Test failed').waitFor();
    await form.getByText(/did not let user "app" in; check the user name, the password/).waitFor();
    await screenshot('wrong-password-light-1440');
    await password.fill(crm.password);
    await form.getByText('Something was changed since').waitFor();
    await form.getByRole('button', { name: 'Test' }).click();
    await form.getByText('Test passed').waitFor();
    assert.ok((await form.getByRole('list', { name: 'Checks' }).getByRole('listitem').count()) >= 5);
    await screenshot('tested-light-1440');
    await form.getByRole('button', { name: 'Save' }).click();
    await sourceRow(page, 'crm').getByText('Passed').waitFor(); // the test of the form is the last test of the source
  });

  test('a name that is taken is told at its field', async () => {
    const { page } = tab;
    await page.goto('/sources/new/postgresql');
    const form = page.getByRole('form', { name: 'Add PostgreSQL' });
    await fillDatabase(form, 'CRM', crm.config);
    await form.getByRole('button', { name: 'Save' }).click();
    await form.getByText(/A data source named "crm" exists; choose another name/).waitFor();
    assert.equal(await form.getByLabel(/^Name/).getAttribute('aria-invalid'), 'true');
    assert.equal(await form.getByLabel(/^Name/).evaluate((input) => document.activeElement === input), true);
    await page.getByRole('link', { name: 'Cancel' }).click();
  });

  test('a field that another one needs is asked for by the title that the form gives it; an address names no switches', async () => {
    const { page } = tab;
    await page.goto('/sources/new/mongodb');
    const form = page.getByRole('form', { name: 'Add MongoDB' });
    await form.getByLabel(/^Name/).fill('fleet');
    await form.getByRole('textbox', { name: 'Host' }).fill('db.example');
    await form.getByLabel('Database', { exact: true }).fill('trucks');
    await form.getByLabel('User name').fill('reader');
    await form.getByRole('button', { name: 'Save' }).click();
    await form.getByText('Password is missing; “User name” needs it; give a value').waitFor();
    await form.getByLabel('User name').fill('');
    await form.getByRole('button', { name: 'Save' }).click();
    await sourceRow(page, 'fleet').getByText('db.example:27017/trucks', { exact: true }).waitFor();
    assert.equal((await curl(gateway.url, 'DELETE', `${sources}/fleet`)).status, 200);
  });

  test('a reload in the middle of typing keeps everything but the password', async () => {
    const { page } = tab;
    await page.goto('/sources/new/mysql');
    const form = page.getByRole('form', { name: 'Add MySQL' });
    await fillDatabase(form, 'orders', { ...crm.config, host: 'db.example' });
    await page.reload();
    await form.getByText('Not saved yet').waitFor();
    assert.equal(await form.getByLabel('Host').inputValue(), 'db.example');
    assert.equal(await form.getByRole('textbox', { name: 'Password' }).inputValue(), '');
    const kept = await page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }]));
    assert.ok(kept.includes('db.example'));
    assert.ok(!kept.includes(crm.password));
    await form.getByRole('button', { name: 'Start over' }).click();
    assert.equal(await form.getByLabel('Host').inputValue(), '');
  });

  test('it is edited without typing the password again; for another server the password is asked for', async () => {
    const { page, screenshot } = tab;
    await page.goto('/sources');
    await open(page, 'Edit crm');
    const form = page.getByRole('form', { name: 'Edit crm' });
    await form.getByLabel('Description').fill('Customers and their regions');
    await form.getByLabel('Roles').fill('analyst, admin');
    await form.getByLabel('Host').fill('localhost');
    await form.getByRole('button', { name: 'Save' }).click();
    await form.getByText('The stored password is kept only for the same server and user; give the password again').waitFor();
    await screenshot('edit-light-1440');
    await form.getByLabel('Host').fill(crm.config.host);
    await form.getByRole('button', { name: 'Save' }).click();
    await sourceRow(page, 'crm').getByText('Customers and their regions').waitFor();
    await sourceRow(page, 'crm').getByText('analyst, admin').waitFor();
    const { allowedRoles, description, properties } = await stored('crm');
    assert.deepEqual([allowedRoles, description, properties.host], [['analyst', 'admin'], 'Customers and their regions', crm.config.host]);
    await page.getByRole('button', { name: 'Test crm' }).click();
    await sourceRow(page, 'crm').getByText('Passed').waitFor(); // with the password that was stored all along
  });

  test('what somebody else changed meanwhile is told, and loaded or overwritten', async () => {
    const { page, screenshot } = tab;
    const change = async (body) => assert.equal((await curl(gateway.url, 'PATCH', sources, { name: 'crm', ...body })).status, 200);
    await page.goto('/sources/crm/edit');
    const form = page.getByRole('form', { name: 'Edit crm' });
    await form.getByLabel('Description').fill('Mine');
    await change({ description: 'Theirs', allowedRoles: ['auditor'], properties: { connectionTimeout: 5000 } });
    await form.getByRole('button', { name: 'Save' }).click();
    const conflict = form.getByRole('alert', { name: 'Changed meanwhile' });
    await conflict.getByText('Somebody else changed crm meanwhile').waitFor();
    for (const [title, before, after] of [
      ['Description', 'Customers and their regions', 'Theirs'],
      ['Roles', 'analyst, admin', 'auditor'],
      ['Connect time-out (ms)', '10000', '5000'],
    ]) {
      const entry = conflict.locator('dl > div').filter({ hasText: title });
      assert.deepEqual([await entry.locator('del').textContent(), await entry.locator('ins').textContent()], [before, after]);
    }
    await screenshot('changed-meanwhile-light-1440');
    assert.equal((await stored('crm')).description, 'Theirs');
    await conflict.getByRole('button', { name: 'Load the newer version' }).click();
    await conflict.waitFor({ state: 'detached' });
    assert.equal(await form.getByLabel('Description').inputValue(), 'Theirs');

    await form.getByLabel('Description').fill('Customers and their regions');
    await form.getByLabel('Roles').fill('analyst, admin');
    await change({ description: 'Theirs again' });
    await form.getByRole('button', { name: 'Save' }).click();
    await conflict.getByRole('button', { name: 'Overwrite' }).click();
    await sourceRow(page, 'crm').getByText('Customers and their regions').waitFor();
    const { description, allowedRoles, properties } = await stored('crm');
    assert.deepEqual([description, allowedRoles, properties.connectionTimeout], ['Customers and their regions', ['analyst', 'admin'], 5000]);
  });

  test('a draft that a reload brings back holds only what was typed: what others changed meanwhile stays', async () => {
    const { page } = tab;
    await page.goto('/sources/crm/edit');
    const form = page.getByRole('form', { name: 'Edit crm' });
    await form.getByLabel('Description').fill('Typed before the reload');
    assert.equal((await curl(gateway.url, 'PATCH', sources, { name: 'crm', allowedRoles: ['analyst', 'admin', 'auditor'] })).status, 200);
    await page.reload();
    await form.getByText('Not saved yet').waitFor();
    assert.equal(await form.getByLabel('Description').inputValue(), 'Typed before the reload');
    assert.equal(await form.getByLabel('Roles').inputValue(), 'analyst, admin, auditor');
    await form.getByLabel('Description').fill('Customers and their regions');
    await form.getByLabel('Roles').fill('analyst, admin');
    await form.getByRole('button', { name: 'Save' }).click();
    await sourceRow(page, 'crm').getByText('analyst, admin', { exact: true }).waitFor();
  });

  test('a source with a wrong password is found by testing all, and where a statement needs it', async () => {
    const { page, screenshot } = tab;
    const body = { name: 'billing', connector: 'postgresql', properties: { host: '127.0.0.1', port: crm.port, database: 'crm' }, configuration: { credentials: { username: 'app', password: 'old' } } };
    assert.equal((await curl(gateway.url, 'POST', sources, body)).status, 201);
    await page.goto('/sources');
    await page.getByRole('button', { name: 'Test all' }).click();
    await sourceRow(page, 'billing').getByRole('button', { name: /^Failed/ }).waitFor();
    for (const name of ['crm', 'shop', 'events']) await sourceRow(page, name).getByRole('button', { name: /^Passed/ }).waitFor();
    await page.goto('/');
    await runStatement(page, 'select count(*) from billing.customers');
    await page.getByRole('heading', { name: 'billing did not answer the statement' }).waitFor();
    await page.getByText(/^PostgreSQL at .* did not let user "app" in/).waitFor();
    await screenshot('source-failed-light-1440');
    await page.getByRole('link', { name: 'Edit billing' }).click();
    const form = page.getByRole('form', { name: 'Edit billing' });
    await form.getByRole('textbox', { name: 'Password' }).fill(crm.password);
    await form.getByRole('button', { name: 'Save' }).click();
    await page.getByText('billing was saved').waitFor();
    await open(page, 'Query');
    await page.getByRole('button', { name: 'Run again' }).click();
    await results(page).getByText('1000', { exact: true }).waitFor();
    assert.equal((await curl(gateway.url, 'DELETE', `${sources}/billing`)).status, 200);
  });

  test('a source that cannot be reached is named, and the field to check by its title', async () => {
    const { page } = tab;
    // Speaks no HTTP.
    const body = { name: 'search', connector: 'opensearch', properties: { url: `http://127.0.0.1:${crm.port}` } };
    assert.equal((await curl(gateway.url, 'POST', sources, body)).status, 201);
    await page.goto('/');
    await runStatement(page, 'select * from search.visits');
    const failure = page.getByRole('alert').filter({ has: page.getByRole('heading', { name: 'search did not answer the statement' }) });
    await failure.getByText(/ended the connection.*check “URL” and that OpenSearch answers there/).waitFor();
    assert.equal((await curl(gateway.url, 'DELETE', `${sources}/search`)).status, 200);
  });

  test('a source is added by its connection URL, whose password goes to where passwords are kept', async () => {
    const { page } = tab;
    await page.goto('/sources/new/postgresql');
    const form = page.getByRole('form', { name: 'Add PostgreSQL' });
    await form.getByLabel(/^Name/).fill('by-url');
    await form.getByText('written with quotes: "by-url".table').waitFor();
    // Pasted where the host belongs.
    await form.getByLabel('Host').fill(`postgresql://app:${crm.password}@127.0.0.1:${crm.port}/crm`);
    assert.equal(await form.getByLabel('Host').count(), 0);
    assert.match(await form.getByLabel('Endpoint').inputValue(), /^postgresql:/);
    await form.getByRole('button', { name: 'Test' }).click();
    await form.getByText('Test passed').waitFor();
    await form.getByRole('button', { name: 'Save' }).click();
    await sourceRow(page, 'by-url').getByText('Passed').waitFor();
    const { configuration } = await stored('by-url');
    assert.equal(configuration.endpoint, `postgresql://127.0.0.1:${crm.port}/crm`);
    assert.deepEqual(configuration.credentials, { username: 'app', password: '******' });
    const kept = await page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }]));
    assert.ok(!kept.includes(crm.password));
    assert.equal((await curl(gateway.url, 'DELETE', `${sources}/by-url`)).status, 200);
  });

  test('what the catalogue does not know is kept by an edit: an endpoint and properties under other names', async () => {
    const { page } = tab;
    const endpoint = `jdbc:postgresql://127.0.0.1:${crm.port}/crm`;
    const credentials = { username: 'app', password: crm.password };
    const body = { name: 'mirror', connector: 'postgresql', properties: { encryption: false }, configuration: { endpoint, credentials } };
    assert.equal((await curl(gateway.url, 'POST', sources, body)).status, 201);
    const before = await stored('mirror');
    await page.goto('/sources/mirror/edit');
    const form = page.getByRole('form', { name: 'Edit mirror' });
    assert.equal(await form.getByLabel('Endpoint').inputValue(), endpoint);
    await form.getByLabel('Description').fill('The same again');
    await form.getByRole('button', { name: 'Save' }).click();
    await sourceRow(page, 'mirror').getByText('The same again').waitFor();
    assert.deepEqual({ ...(await stored('mirror')), etag: before.etag }, { ...before, description: 'The same again' });
  });

  test('a test that takes long is stopped', async () => {
    const { page } = tab;
    // Takes connections and never says a word.
    const silent = createServer(() => {});
    await new Promise((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const body = { name: 'silent', connector: 'postgresql', properties: { host: '127.0.0.1', port: silent.address().port, database: 'x' }, configuration: { credentials: { username: 'app', password: 'x' } } };
    assert.equal((await curl(gateway.url, 'POST', sources, body)).status, 201);
    await page.goto('/sources');
    await page.getByRole('button', { name: 'Test silent' }).click();
    await page.getByRole('button', { name: 'Stop the test of silent' }).click();
    await sourceRow(page, 'silent').getByText('Not tested').waitFor();
    assert.equal((await curl(gateway.url, 'DELETE', `${sources}/silent`)).status, 200);
    silent.close();
  });

  test('its credentials are rotated, and only ones that work are saved', async () => {
    const { page, screenshot } = tab;
    await crm.query("alter role app password 'n3w-s3cret'");
    await page.goto('/sources');
    await pick(page, 'crm', 'Rotate credentials…');
    const dialog = page.getByRole('dialog', { name: 'Rotate credentials of crm' });
    await dialog.getByRole('button', { name: 'Test and save' }).click();
    await dialog.getByText('Type the new password.').waitFor();
    await dialog.getByLabel(/New password/).fill(crm.password);
    await dialog.getByRole('button', { name: 'Test and save' }).click();
    await dialog.getByText('The test failed, nothing was saved').waitFor();
    await screenshot('rotate-light-1440');
    await dialog.getByLabel(/New password/).fill('n3w-s3cret');
    await dialog.getByRole('button', { name: 'Test and save' }).click();
    await page.getByText('crm has new credentials').waitFor();
    await page.goto('/');
    await count(page);
  });

  test('switched off it is refused by name, switched on it answers', async () => {
    const { page } = tab;
    await page.goto('/sources');
    await pick(page, 'crm', 'Disable');
    await sourceRow(page, 'crm').getByText('Disabled', { exact: true }).waitFor();
    await open(page, 'Query');
    await runStatement(page, 'select count(*) as customers from crm.public.customers');
    const refusal = page.getByRole('alert').filter({ has: page.getByRole('heading', { name: 'The data source is disabled' }) });
    await refusal.getByText(/Data source "crm" is DISABLED/).waitFor();
    await refusal.getByRole('link', { name: 'Show disabled sources' }).click();
    await sourceRow(page, 'crm').waitFor();
    assert.equal(await page.getByRole('rowheader').count(), 1);
    await page.getByRole('button', { name: 'Clear' }).click();
    await pick(page, 'crm', 'Enable');
    await sourceRow(page, 'crm').getByText('Active', { exact: true }).waitFor();
    await open(page, 'Query');
    await count(page);
    assert.deepEqual(await cells(page), [['1000']]);
  });

  test('it is found among others by words, connector and status', async () => {
    const { page } = tab;
    await page.goto('/sources');
    const listed = async (...expected) => {
      const names = () => page.getByRole('rowheader').evaluateAll((heads) => heads.map((head) => head.firstChild.textContent));
      await until(`the list being ${expected}`, async () => isDeepStrictEqual(await names(), expected), 10_000);
    };
    await listed('crm', 'events', 'mirror', 'shop');
    await page.getByRole('searchbox', { name: 'Search sources' }).pressSequentially('region ADMIN');
    await listed('crm');
    await page.getByText('1 of 4 shown').waitFor();
    await page.reload(); // the filter stands in the address
    await listed('crm');
    assert.equal(await page.getByRole('searchbox', { name: 'Search sources' }).inputValue(), 'region ADMIN');
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByRole('combobox', { name: 'Connector' }).selectOption('PostgreSQL');
    await listed('crm', 'mirror');
    await page.getByRole('searchbox', { name: 'Search sources' }).fill('no such thing');
    await page.getByText('No source matches').waitFor();
    await page.getByRole('button', { name: 'Show all' }).click();
    await listed('crm', 'events', 'mirror', 'shop');
  });

  test('it is deleted after a confirmation that says what goes', async () => {
    const { page, screenshot, problems } = tab;
    await page.goto('/sources');
    await pick(page, 'crm', 'Delete…');
    const dialog = page.getByRole('dialog', { name: 'Delete crm?' });
    await dialog.getByText('its stored user name and password').waitFor();
    await dialog.getByText('the roles that may use it: analyst, admin').waitFor();
    await screenshot('delete-light-1440');
    await dialog.getByRole('button', { name: 'Keep it' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await pick(page, 'crm', 'Delete…');
    await dialog.getByRole('button', { name: 'Delete crm' }).click();
    await sourceRow(page, 'crm').waitFor({ state: 'detached' });
    assert.equal((await curl(gateway.url, 'GET', `${sources}/crm`)).status, 404);
    assert.deepEqual(faults(problems), []);
  });
});

describe('very many sources', { timeout: 120_000 }, () => {
  const all = Array.from({ length: 250 }, (_, index) => `s${String(index).padStart(3, '0')}`);
  let gateway, browser, tab;

  before(async () => {
    [gateway, browser] = await Promise.all([startGateway({ args: ['--health-interval', '0'] }), startBrowser()]);
    const headers = { 'Content-Type': 'application/json' };
    const create = (name) => fetch(gateway.url + sources, { method: 'POST', headers, body: JSON.stringify({ name, connector: 'sqlite', properties: { path: '/srv/none.db' } }) });
    const replies = await Promise.all(all.map(create));
    assert.ok(replies.every(({ status }) => status === 201));
    tab = await browser.page({ url: gateway.url });
  });

  after(async () => {
    await browser?.stop();
    await gateway?.stop();
  });

  test('the list shows a hundred and more on request, and a search finds each', async () => {
    const { page } = tab;
    await page.goto('/sources');
    const rows = page.getByRole('table', { name: 'Sources' }).getByRole('rowheader');
    await page.getByText('The first 100 sources of 250').waitFor();
    assert.equal(await rows.count(), 100);
    await page.getByRole('button', { name: 'Show 100 more' }).click();
    await page.getByText('The first 200 sources of 250').waitFor();
    assert.equal(await rows.count(), 200);
    await page.getByRole('button', { name: 'Show 50 more' }).click();
    await sourceRow(page, 's249').waitFor();
    assert.equal(await page.getByText('The first').count(), 0);
    await page.getByRole('searchbox', { name: 'Search sources' }).fill('s24');
    await page.getByText('10 of 250 shown').waitFor();
    assert.equal(await rows.count(), 10);
  });

  test('beside a statement, too: what has the searched name comes first', async () => {
    const { page, screenshot, problems } = tab;
    await page.goto('/');
    const panel = page.getByRole('tabpanel', { name: 'Sources' });
    await panel.getByText('The first 100 sources of 250').waitFor();
    assert.equal(await panel.getByRole('button', { name: /^s\d+/ }).count(), 100);
    await screenshot('many-sources-light-1440');
    await panel.getByRole('searchbox', { name: 'Search tables and columns' }).fill('s249');
    await panel.getByRole('button', { name: /^s249/ }).waitFor();
    assert.match(await panel.getByRole('button', { name: /^s\d+/ }).first().textContent(), /^s249/);
    await panel.getByText('The first 40 sources of 250').waitFor(); // the others are not asked for their tables
    await panel.getByText('Reading its tables…').first().waitFor({ state: 'detached' });
    assert.deepEqual(faults(problems), []);
  });
});
