// Statements at the dashboard: written, run, cancelled, shown, drawn, exported, kept and shared.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';

import { startBrowser } from '../support/browser.mjs';
import { startMariaDb, startPostgreSql } from '../support/databases.mjs';
import { curl, startGateway } from '../support/gateway.mjs';
import { until } from '../support/process.mjs';
import * as shop from '../support/shop.mjs';
import { cells, editor, faults, results, runStatement, write } from './pages.mjs';

const zone = 'Europe/Berlin';

describe('statements', { timeout: 180_000 }, () => {
  let crm, orders, gateway, browser, tab;

  before(async () => {
    [crm, orders, gateway, browser] = await Promise.all([
      startPostgreSql({ sql: shop.postgreSql }),
      startMariaDb({ sql: shop.mariaDb }),
      startGateway({ samples: true }),
      startBrowser(),
    ]);
    for (const [name, connector, { host, port, database, username, password }] of [
      ['crm', 'postgresql', crm.config],
      ['orders', 'mysql', orders.config],
    ]) {
      const body = { name, connector, properties: { host, port, database }, configuration: { credentials: { username, password } } };
      assert.equal((await curl(gateway.url, 'POST', '/_plugins/_query/_datasources', body)).status, 201);
    }
    tab = await browser.page({ url: gateway.url, timezoneId: zone, permissions: ['clipboard-read', 'clipboard-write'] });
  });

  after(async () => {
    await browser?.stop();
    await Promise.all([crm?.stop(), orders?.stop(), gateway?.stop()]);
  });

  const join = shop.joinStatement('crm', 'orders');
  const text = (page) => editor(page).evaluate((content) => [...content.querySelectorAll('.cm-line')].map((line) => line.textContent).join('\n'));
  const statements = (page) => page.getByRole('navigation', { name: 'Statements' });

  /** Exports the result and gives the file's name and text. */
  async function exported(page, format) {
    await page.getByRole('button', { name: 'Export' }).click();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: format }).click()]);
    return { name: download.suggestedFilename(), text: await readFile(await download.path(), 'utf8') };
  }

  test('a cell shows its type: exact digits, local time, nulls, empty texts, nested values, bytes', async () => {
    const { page, screenshot } = tab;
    await page.goto('/');
    await runStatement(
      page,
      `select 9007199254740993 as big, (0.1 + i)::decimal(20, 10) as exact, 0.1::float as short,
        case i when 0 then null when 1 then '' else 'NULL' end as note, timestamp '2024-07-01 22:11:12.25' as at,
        {'id': 12345678901234567890, 'tags': ['a', 'b']} as doc, encode('Hi' || chr(7)) as bytes, i = 1 as flag
      from range(3) t(i)`,
    );
    await page.getByRole('columnheader', { name: /timestamp · Europe\/Berlin/ }).waitFor();
    const doc = '{"id":12345678901234567890,"tags":["a","b"]}';
    assert.deepEqual(await cells(page), [
      ['9007199254740993', '0.1000000000', '0.1', 'NULL', '2024-07-02 00:11:12.25', doc, '0x486907', 'false'],
      ['9007199254740993', '1.1000000000', '0.1', 'empty', '2024-07-02 00:11:12.25', doc, '0x486907', 'true'],
      ['9007199254740993', '2.1000000000', '0.1', 'NULL', '2024-07-02 00:11:12.25', doc, '0x486907', 'false'],
    ]);
    const note = (row) => results(page).getByRole('row').nth(row + 1).getByRole('gridcell').nth(3);
    assert.deepEqual([await note(0).getAttribute('data-value'), await note(1).getAttribute('data-value'), await note(2).getAttribute('data-value')], ['null', 'empty', null]);
    const at = results(page).getByRole('gridcell', { name: '2024-07-02 00:11:12.25' }).first();
    assert.equal(await at.getAttribute('title'), '2024-07-01 22:11:12.25 UTC');
    const big = results(page).getByRole('gridcell', { name: '9007199254740993' }).first();
    assert.equal(await big.evaluate((cell) => getComputedStyle(cell).textAlign), 'right');

    // By keyboard from the first cell to the nested one, and into it.
    await results(page).focus();
    for (const key of ['Control+Home', ...Array(5).fill('ArrowRight'), 'Enter']) await page.keyboard.press(key);
    const detail = page.getByRole('region', { name: 'doc, row 1' });
    await detail.getByText('12345678901234567890').waitFor();
    await detail.getByText('"a"').waitFor();
    await screenshot('cell-light-1440');
    await page.keyboard.press('Escape');
    await detail.waitFor({ state: 'detached' });
    await page.keyboard.press('ArrowRight'); // the table has the keyboard again
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'bytes, row 1' }).getByText(/48 69 07\s+Hi\./).waitFor();
  });

  test('what the sources hold is beside the editor, and completes what is written in it', async () => {
    const { page, screenshot } = tab;
    await page.goto('/');
    const panel = page.getByRole('tabpanel', { name: 'Sources' });
    await panel.getByRole('button', { name: /^crm/ }).click();
    await panel.getByRole('button', { name: 'Columns of customers' }).click();
    await panel.getByRole('button', { name: 'Insert region' }).waitFor();
    await write(page, 'select * from ');
    await panel.getByRole('button', { name: 'Insert crm.customers' }).click();
    assert.equal(await text(page), 'select * from crm.customers');

    await panel.getByRole('searchbox', { name: 'Search tables and columns' }).fill('customer_id');
    await panel.getByRole('button', { name: 'Insert orders.orders' }).waitFor(); // read for the search, unfolded by it
    await panel.getByRole('button', { name: 'Insert customer_id' }).first().waitFor();
    assert.equal(await panel.getByRole('button', { name: 'Insert crm.customers' }).count(), 0);
    await panel.getByRole('searchbox', { name: 'Search tables and columns' }).fill('');

    await panel.getByRole('button', { name: 'Show the first rows of crm.customers' }).click();
    await page.getByText('100 rows', { exact: true }).waitFor();
    assert.equal(await text(page), 'select * from crm.customers limit 100');

    const options = page.getByRole('listbox', { name: 'Completions' });
    await write(page, '');
    await page.keyboard.type('select * from crm.cust');
    await options.getByRole('option', { name: /customers/ }).click();
    await page.keyboard.type(' c where c.reg');
    await options.getByRole('option', { name: /region/ }).waitFor();
    await screenshot('completion-light-1440');
    await options.getByRole('option', { name: /region/ }).click();
    await page.keyboard.type(" = 'north'");
    assert.equal(await text(page), "select * from crm.customers c where c.region = 'north'");
    await page.keyboard.press('Control+Enter');
    await page.getByText(`${shop.customers.filter(({ region }) => region === 'north').length} rows`).waitFor();

    // Names that come once the statement was run are not waited for any more.
    let release, answer;
    const released = new Promise((resolve) => (release = resolve));
    const answered = new Promise((resolve) => (answer = resolve));
    await page.route('**/_schema*', async (route) => {
      await released;
      await route.fulfill({ response: await route.fetch() });
      answer();
    });
    await page.reload();
    await runStatement(page, 'select count(*) as customers from crm.customers c group by c.region order by c.region');
    await results(page).getByText('customers', { exact: true }).waitFor();
    release();
    await answered;
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    assert.equal(await options.count(), 0);
    await page.keyboard.press('Control+Space');
    await options.getByRole('option', { name: /region/ }).waitFor(); // they did come
    await page.keyboard.press('Escape');
    await page.unroute('**/_schema*');
  });

  test('rows from the cache say so and how old they are, and are run fresh at a click', async () => {
    const { page, screenshot } = tab;
    const sources = '/_plugins/_query/_datasources';
    const { host, port, database, username, password } = crm.config;
    const body = { name: 'kept', connector: 'postgresql', properties: { host, port, database, resultCacheTtl: 3_600_000 }, configuration: { credentials: { username, password } } };
    assert.equal((await curl(gateway.url, 'POST', sources, body)).status, 201);
    await page.goto('/');
    const bar = page.getByRole('group', { name: 'Statement', exact: true });
    const fresh = bar.getByRole('button', { name: 'Run fresh' });
    await runStatement(page, 'select max(id) as newest from kept.customers');
    await results(page).getByText('1000', { exact: true }).waitFor();
    assert.equal(await fresh.count(), 0);
    await crm.query("insert into customers (id, name) values (5000, 'Newest')");
    await bar.getByRole('button', { name: 'Run', exact: true }).click();
    await bar.getByText(/^1 row in .*, from cache, \d+ s old$/).waitFor();
    assert.deepEqual(await cells(page), [['1000']]);
    await screenshot('from-cache-light-1440');
    await fresh.click();
    await results(page).getByText('5000', { exact: true }).waitFor();
    assert.equal(await fresh.count(), 0);
    await crm.query('delete from customers where id = 5000');
    assert.equal((await curl(gateway.url, 'DELETE', `${sources}/kept`)).status, 200);
  });

  test('a join over two databases is exported, and the files hold every row and digit', async () => {
    const { page } = tab;
    await page.goto('/');
    await runStatement(page, join);
    await page.getByText(`${shop.expectedRows().length} rows`).waitFor();
    const csv = await exported(page, 'CSV file');
    assert.equal(csv.name, 'orders-orders.csv');
    assert.equal(csv.text, `region,orders,total\n${shop.expectedRows().map(([region, count, total]) => `${region ?? ''},${count},${total}\n`).join('')}`);
    const json = await exported(page, 'JSON file');
    assert.deepEqual(JSON.parse(json.text), shop.expectedRows().map(([region, orders, total]) => ({ region, orders, total: Number(total) })));
    assert.ok(json.text.includes(`"total":${shop.expectedRows()[0][2]}`), 'decimals keep their digits');
  });

  test('a filtered result is exported with quotes, line breaks, nulls and empty texts told apart', async () => {
    const { page } = tab;
    await runStatement(page, `select * from (values (1, 'a "b", c'), (2, ''), (3, null), (4, e'x\\ny')) t(id, "the name") where id > 1`);
    await page.getByText('3 rows').waitFor();
    assert.equal((await exported(page, 'CSV file')).text, 'id,the name\n2,""\n3,\n4,"x\ny"\n');
    assert.deepEqual(JSON.parse((await exported(page, 'JSON file')).text), [
      { id: 2, 'the name': '' },
      { id: 3, 'the name': null },
      { id: 4, 'the name': 'x\ny' },
    ]);
  });

  test('rows are filtered and sorted where they are, and exported as they are shown', async () => {
    const { page, screenshot } = tab;
    await runStatement(page, `select i as id, case when i % 10 = 0 then null else 'name ' || i end as name, (i * 7919) % 10007 as amount, 9007199254740993 + (i % 3) as big from range(20000) t(i)`);
    await page.getByText('20,000 rows').waitFor();
    const expected = Array.from({ length: 20_000 }, (_, i) => ({ id: i, name: i % 10 === 0 ? null : `name ${i}`, amount: (i * 7919) % 10_007 }));
    const heading = (name) => page.getByRole('columnheader', { name });

    await page.getByRole('searchbox', { name: 'Filter rows' }).fill('NAME 777');
    const found = expected.filter(({ id, name, amount }) => ['name', '777'].every((word) => `${id}\n${name}\n${amount}`.includes(word)));
    await page.getByText(`${found.length} of 20,000 rows`).waitFor();
    await heading(/amount/).click();
    await page.locator('[aria-sort=ascending]').waitFor();
    found.sort((a, b) => a.amount - b.amount || a.id - b.id);
    await until('the smallest amount on top', async () => (await cells(page))[0]?.[0] === String(found[0].id));
    await screenshot('filtered-light-1440');
    assert.deepEqual(JSON.parse((await exported(page, 'JSON file')).text).map(({ id }) => id), found.map(({ id }) => id));

    // Sorted by keyboard, downwards; nulls stay at the end.
    await page.getByRole('searchbox', { name: 'Filter rows' }).fill('');
    await page.getByText(/^20,000 rows in/).waitFor();
    const widthOf = async (name) => (await heading(name).boundingBox()).width;
    const before = await widthOf(/name/);
    await results(page).focus();
    for (const key of ['Control+Home', 'ArrowUp', 'ArrowRight', 'Shift+ArrowRight', 'Enter', 'Enter']) await page.keyboard.press(key);
    await until('the last name on top', async () => (await cells(page))[0]?.[1] === 'name 9999');
    assert.equal(await widthOf(/name/), before + 24);
    await page.keyboard.press('Control+End');
    await until('nulls at the end', async () => (await cells(page)).at(-1)?.[1] === 'NULL');
    await page.keyboard.press('Control+Home');
    for (const key of ['ArrowUp', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'Enter', 'Enter']) await page.keyboard.press(key);
    await until('64 bits in order', async () => isDeepStrictEqual((await cells(page)).slice(0, 2).map(([id, , , big]) => [id, big]), [['2', '9007199254740995'], ['5', '9007199254740995']]));
  });

  test('a result of hundreds of columns shows those in view, to its last cell', async () => {
    const { page } = tab;
    await runStatement(page, `select ${Array.from({ length: 500 }, (_, i) => `i + ${i} as c${i}`).join(', ')} from range(1000) t(i)`);
    await page.getByText('1,000 rows').waitFor();
    await results(page).focus();
    await page.keyboard.press('Control+End');
    const last = results(page).getByRole('gridcell', { name: '1498', exact: true }).and(page.locator('[aria-colindex="501"]')); // 999 + 499
    await last.waitFor();
    assert.equal(await last.getAttribute('aria-selected'), 'true');
    const [cell, heading] = await Promise.all([last.boundingBox(), page.getByRole('columnheader', { name: 'c499' }).boundingBox()]);
    assert.equal(cell.x, heading.x);
    assert.ok((await results(page).getByRole('gridcell').count()) < 2_000);
  });

  test('a numeric column is drawn over any other, as bars, lines or points', async () => {
    const { page, screenshot } = tab;
    await runStatement(page, join);
    await page.getByText(`${shop.expectedRows().length} rows`).waitFor();
    await page.getByText('Chart', { exact: true }).click();
    await page.getByRole('img', { name: 'Bars chart of orders over region, 5 rows. The table holds the same values.' }).waitFor();
    await page.getByRole('button', { name: 'Values: orders' }).click();
    await page.getByRole('menuitemcheckbox', { name: 'total' }).click();
    await page.getByRole('menuitemcheckbox', { name: 'orders' }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('img', { name: /Bars chart of total over region/ }).waitFor();
    /** Pixels that are neither empty nor grey: those of the series. */
    const coloured = () =>
      page.locator('.uplot canvas').evaluate((canvas) => {
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        let count = 0;
        for (let at = 0; at < data.length; at += 4) if (data[at + 3] > 128 && Math.abs(data[at] - data[at + 2]) > 40) count += 1;
        return count;
      });
    const bars = await coloured();
    assert.ok(bars > 5_000, `${bars} pixels of bars`);
    await screenshot('chart-light-1440');
    await page.getByRole('combobox', { name: 'Kind of chart' }).selectOption('Line');
    await page.getByRole('img', { name: /Line chart of total/ }).waitFor();
    const line = await coloured();
    assert.ok(line > 100 && line < bars / 2, `${line} pixels of a line, ${bars} of bars`);
    await page.getByRole('combobox', { name: 'Horizontal axis' }).selectOption('orders');
    await page.getByRole('img', { name: /chart of total over orders/ }).waitFor();
    await page.getByText('Table', { exact: true }).click();
    await results(page).waitFor();
  });

  test('what was run is listed, found, opened again and forgotten', async () => {
    const { page } = tab;
    await page.goto('/');
    await runStatement(page, 'select 1 as needle');
    await page.getByText('1 row').waitFor();
    await runStatement(page, 'select nothing from nowhere.at_all');
    await page.getByText('The statement failed').waitFor();
    await page.reload();
    await page.getByRole('tab', { name: 'History' }).click();
    const panel = page.getByRole('tabpanel', { name: 'History' });
    assert.match(await panel.getByRole('listitem').first().innerText(), /nowhere\.at_all[^]*Failed/);
    await panel.getByRole('searchbox', { name: 'Search history' }).fill('NEEDLE select');
    assert.equal(await panel.getByRole('listitem').count(), 1);
    await panel.getByRole('button', { name: /needle/ }).click();
    assert.equal(await text(page), 'select 1 as needle');
    await panel.getByRole('button', { name: 'Forget this statement' }).click();
    await panel.getByText('No statement has “NEEDLE select”.').waitFor();
    await panel.getByRole('button', { name: 'Clear history' }).click();
    await panel.getByRole('button', { name: 'Forget', exact: true }).click();
    await panel.getByText('What you run is listed here').waitFor();
    await page.getByRole('tab', { name: 'Sources' }).click();
  });

  test('a link opens the statement for somebody else and runs nothing', async () => {
    const { page } = tab;
    await page.goto('/');
    await write(page, `${join} -- 100 % & more ☂`);
    await page.getByRole('button', { name: 'Copy link' }).click();
    await page.getByText('Link copied').waitFor();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    assert.ok(link.startsWith(`${gateway.url}/#`));

    const other = await browser.page({ url: gateway.url });
    const sent = [];
    other.page.on('request', (request) => sent.push(request.url()));
    await other.page.goto(link);
    await other.page.getByText('This statement came by a link').waitFor();
    assert.equal(await text(other.page), `${join} -- 100 % & more ☂`);
    assert.ok(!sent.some((url) => url.endsWith('/_plugins/_sql')), 'nothing has run');
    assert.equal(new URL(other.page.url()).hash, '');
    await other.page.getByRole('button', { name: 'Run it' }).click();
    await other.page.getByText(`${shop.expectedRows().length} rows`).waitFor();
    assert.deepEqual(faults(other.problems), []);
    await other.close();
  });

  test('rows show while others come; what is cancelled keeps those that came, and says that they are not all', async () => {
    const { page, problems, screenshot } = await browser.page({ url: gateway.url });
    await page.goto('/');
    await runStatement(page, "select i as id, 'customer ' || i as name, i / 7.0 as share from range(500000000) t(i)");
    const bar = page.getByRole('group', { name: 'Statement' });
    const arrived = async () => Number((/([\d,]+) rows/.exec(await bar.innerText())?.[1] ?? '0').replaceAll(',', ''));
    await results(page).getByRole('gridcell', { name: 'customer 3', exact: true }).waitFor();
    const first = await arrived();
    await until('more rows having come', async () => (await arrived()) > first + 1_000);
    await screenshot('rows-as-they-come-light-1440');
    assert.ok(await page.getByRole('button', { name: 'Export' }).isDisabled());
    assert.ok(Number(await results(page).getAttribute('aria-rowcount')) > 1_000);
    // They are there to be read already.
    await results(page).focus();
    await page.keyboard.press('Control+Home');
    for (const key of ['ArrowRight', 'Enter']) await page.keyboard.press(key);
    await page.getByRole('region', { name: 'name, row 1' }).getByText('customer 0').waitFor();

    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Not all rows.').waitFor();
    await bar.getByText(/rows, cancelled after/).waitFor();
    const count = await arrived();
    assert.ok(count >= first);
    await results(page).focus();
    await page.keyboard.press('Control+End');
    await results(page).getByRole('gridcell', { name: `customer ${count - 1}`, exact: true }).waitFor();
    await screenshot('not-all-rows-light-1440');
    await page.getByRole('searchbox', { name: 'Filter rows' }).fill(`"customer ${count - 1}"`.replaceAll('"', ''));
    await bar.getByText(/^1 of/).waitFor({ timeout: 60_000 });
    const file = await exported(page, 'CSV file');
    assert.equal(file.name, 'range-not-all-rows.csv');
    assert.equal(file.text.split('\n').length, 3);

    // The next run shows its own.
    await runStatement(page, 'select 1 as one');
    await page.getByText('1 row in').waitFor();
    assert.equal(await page.getByText('Not all rows.').count(), 0);
    assert.deepEqual(faults(problems), []);
    await page.context().close();
  });

  test('several statements are written at a time; a reload keeps them, and a long one runs on behind another', async () => {
    const { page } = await browser.page({ url: gateway.url });
    await page.goto('/');
    await runStatement(page, 'select count(*) from range(1000000) a(i), range(1000000) b(j) where (i * j) % 7 = 3');
    await page.getByRole('button', { name: 'Cancel' }).waitFor();
    await page.getByRole('button', { name: 'New statement' }).click();
    await runStatement(page, 'select 2 as second');
    await page.getByText('1 row').waitFor();
    await statements(page).getByRole('img', { name: 'Running' }).waitFor();
    await statements(page).getByRole('button', { name: /^Running range$/ }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Cancelled', { exact: true }).waitFor();
    await statements(page).getByRole('button', { name: 'Query 2', exact: true }).click();
    await write(page, 'select 3 as unfinished fro');
    await page.reload();
    await editor(page).getByText('unfinished').waitFor();
    assert.equal(await text(page), 'select 3 as unfinished fro');
    await statements(page).getByRole('button', { name: 'Close Query 2' }).click();
    assert.match(await text(page), /range\(1000000\)/);
    await page.context().close();
  });

  test('nothing of a password was kept in the browser, and no page complained', async () => {
    const { page, problems } = tab;
    const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
    for (const secret of [crm.password, orders.password]) assert.ok(!kept.includes(secret));
    assert.deepEqual(faults(problems), []);
  });
});
