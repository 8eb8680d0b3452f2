// Every page in both themes and three widths: nothing sticks out, axe finds nothing, everything works by keyboard.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';

import { startBrowser } from '../support/browser.mjs';
import { curl, startGateway } from '../support/gateway.mjs';
import { editor, faults, pick, results, runStatement, sourceRow } from './pages.mjs';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const types = `select i as id, 9007199254740993 + i as big, (i * 1.1)::decimal(18, 4) as price, case when i % 3 = 0 then null when i % 3 = 1 then '' else 'a note' end as note,
  timestamp '2024-07-01 10:11:12.5' + interval (i) hour as at, {'a': i, 'b': ['x']} as doc, encode('x' || i) as bytes from range(50) t(i)`;

describe('the looks of the dashboard', { timeout: 180_000 }, () => {
  let gateway, browser;

  before(async () => {
    [gateway, browser] = await Promise.all([startGateway({ samples: true }), startBrowser()]);
    const body = {
      name: 'a-rather-long-name-of-a-source',
      connector: 'postgresql',
      description: 'Nobody answers there',
      status: 'DISABLED',
      allowedRoles: ['analyst', 'administrator-of-everything'],
      properties: { host: 'database-17.internal.example', port: 1, database: 'customers_and_their_orders' },
      configuration: { credentials: { username: 'app', password: 'x' } },
    };
    assert.equal((await curl(gateway.url, 'POST', '/_plugins/_query/_datasources', body)).status, 201);
  });

  after(async () => {
    await browser?.stop();
    await gateway?.stop();
  });

  const run = (page) => page.getByRole('button', { name: 'Run', exact: true }).click();
  const side = (page) => page.getByRole('button', { name: 'Sources', exact: true }).click();
  const tables = async (page) => {
    await page.getByRole('tabpanel', { name: 'Sources' }).getByRole('button', { name: /^shop/ }).click();
    await page.getByRole('button', { name: 'Columns of customers' }).click();
    await page.getByRole('button', { name: 'Insert name' }).waitFor();
  };
  const history = async (page) => {
    await page.getByRole('tab', { name: 'History' }).click();
    await page.getByRole('searchbox', { name: 'Search history' }).waitFor();
  };

  /** Each page and state: its name, where it is, how it is reached from there, and what more that takes on a narrow screen. */
  const views = [
    ['query', '/', async (page) => {
      await run(page);
      await page.getByRole('columnheader', { name: /revenue/ }).waitFor();
    }],
    ['chart', null, async (page) => {
      await page.getByText('Chart', { exact: true }).click();
      await page.locator('.uplot canvas').waitFor();
    }],
    ['cell', null, async (page) => {
      await page.getByText('Table', { exact: true }).click();
      await runStatement(page, types);
      await page.getByRole('columnheader', { name: /price/ }).waitFor();
      await results(page).getByRole('gridcell', { name: '"b"' }).first().dblclick();
      await page.getByRole('region', { name: 'doc, row 1' }).waitFor();
    }],
    ['failed', null, async (page) => {
      await runStatement(page, 'select nothing from nowhere.at_all');
      await page.getByText('The statement failed').waitFor();
    }],
    ['tables', null, tables, (page) => side(page).then(() => tables(page))],
    ['history', null, history, (page) => side(page).then(() => history(page))],
    ['sources', '/sources', async (page) => {
      await page.getByRole('button', { name: 'Test shop' }).click();
      await sourceRow(page, 'shop').getByRole('button', { name: /Passed/ }).click();
      await page.getByRole('list', { name: 'Checks' }).waitFor();
    }],
    ['rotate', null, async (page) => {
      await pick(page, 'a-rather-long-name-of-a-source', 'Rotate credentials…');
      await page.getByLabel(/New password/).fill('x');
      await page.getByRole('button', { name: 'Test and save' }).click();
      await page.getByText('nothing was saved').waitFor();
    }],
    ['delete', '/sources', async (page) => {
      await pick(page, 'a-rather-long-name-of-a-source', 'Delete…');
      await page.getByRole('dialog').waitFor();
    }],
    ['no-match', '/sources?search=nothing-has-this', (page) => page.getByText('No source matches').waitFor()],
    ['connectors', '/sources/new', (page) => page.getByRole('link', { name: 'PostgreSQL' }).waitFor()],
    ['add', '/sources/new/postgresql', async (page) => {
      await page.getByLabel('Host').waitFor();
      await page.getByRole('button', { name: /^Advanced/ }).click();
      await page.getByRole('button', { name: 'Save' }).click(); // what is missing is said at its field
      await page.getByLabel(/^Name/).and(page.locator('[aria-invalid=true]')).waitFor();
    }],
    ['edit', '/sources/a-rather-long-name-of-a-source/edit', (page) => page.getByLabel('Host').waitFor()],
    ['nowhere', '/no/such/page', (page) => page.getByText('There is no such page').waitFor()],
  ];

  /** What axe finds: the rule, and where. */
  const findings = (page) =>
    page.evaluate(async () => {
      const { violations } = await window.axe.run(document, { resultTypes: ['violations'] });
      return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary}`));
    });

  for (const colorScheme of ['light', 'dark']) {
    test(`${colorScheme}, 390 to 1920 px wide: nothing sticks out, axe finds nothing, nothing moves`, async () => {
      // A script from the test and not from the gateway: its policy would refuse one.
      const { page, problems, screenshot, close } = await browser.page({ url: gateway.url, width: 1920, height: 1080, colorScheme, bypassCSP: true });
      await page.addInitScript(axe);
      const look = async (name, path, width) => {
        assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width, `${name} is wider than ${width} px`);
        const moving = await page.evaluate(() => document.getAnimations().filter(({ effect }) => effect.getComputedTiming().duration > 20).length);
        assert.equal(moving, 0, `${name} moves for somebody who asked for less motion`);
        // In between there is little to see that is not on one of the others.
        if (width !== 1024 || path === '/sources') await screenshot(`${name}-${colorScheme}-${width}`);
      };
      for (const [name, path, reach, narrow] of views) {
        await page.setViewportSize({ width: 1920, height: 1080 });
        if (path !== null) await page.goto(path);
        await reach(page);
        await look(name, path, 1920);
        assert.deepEqual(await findings(page), [], name);
        await page.setViewportSize({ width: 1024, height: 768 });
        await look(name, path, 1024);
        await page.setViewportSize({ width: 390, height: 844 });
        await narrow?.(page);
        await look(name, path, 390);
        // Colours are the same at every width; the narrow page has other parts.
        if (colorScheme === 'light') assert.deepEqual(await findings(page), [], `${name}, narrow`);
        if (narrow) await page.keyboard.press('Escape');
      }
      assert.deepEqual(faults(problems), []);
      await close();
    });
  }

  test('by keyboard alone: a statement is run and exported, a source tested, edited and deleted, and the focus is always seen', async () => {
    const { page, problems, close } = await browser.page({ url: gateway.url });
    await page.goto('/');
    await editor(page).waitFor();
    /** Goes on with the Tab key until the element has the focus; every stop on the way has to be seen. */
    const tabTo = async (locator, key = 'Tab') => {
      for (let step = 0; step < 80; step += 1) {
        await page.keyboard.press(key);
        const stop = await page.evaluate(() => {
          const element = document.activeElement;
          const shows = ({ outlineStyle, outlineWidth, boxShadow }) => (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) || boxShadow !== 'none';
          const seen = [element, element.parentElement, element.closest('[class*=_editor]'), element.querySelector('[aria-selected=true]')].some((each) => each && shows(getComputedStyle(each)));
          return { seen, what: `${element.tagName} ${element.getAttribute('aria-label') ?? element.textContent.slice(0, 40)}`, body: element === document.body };
        });
        assert.ok(stop.seen || stop.body, `the focus is not seen at ${stop.what}`);
        if (await locator.evaluate((element) => element === document.activeElement)) return;
      }
      assert.fail(`${locator} was not reached`);
    };

    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Skip to content');
    await page.keyboard.press('Enter');
    await tabTo(editor(page));
    await page.keyboard.press('Control+Enter');
    await page.getByRole('columnheader', { name: /revenue/ }).waitFor();
    await tabTo(page.getByRole('button', { name: 'Export' }));
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'CSV file' }).and(page.locator(':focus')).waitFor();
    const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
    assert.match(download.suggestedFilename(), /\.csv$/);
    await tabTo(results(page));
    for (const key of ['ArrowDown', 'ArrowRight', 'Control+End', 'Enter']) await page.keyboard.press(key);
    await page.getByRole('region', { name: /sessions, row/ }).waitFor();
    await page.keyboard.press('Escape');

    await tabTo(page.getByRole('link', { name: 'Sources', exact: true }), 'Shift+Tab');
    await page.keyboard.press('Enter');
    await tabTo(page.getByRole('button', { name: 'Test events' }));
    await page.keyboard.press('Enter');
    await sourceRow(page, 'events').getByText('Passed').waitFor();
    await tabTo(page.getByRole('link', { name: 'Edit events' }));
    await page.keyboard.press('Enter');
    await tabTo(page.getByLabel('Description'));
    await page.keyboard.press('Control+a');
    await page.keyboard.type('by keyboard');
    await page.keyboard.press('Enter');
    await sourceRow(page, 'events').getByText('by keyboard').waitFor();
    await tabTo(page.getByRole('button', { name: 'More actions for events' }));
    await page.keyboard.press('Enter');
    // The menu is seen a moment before the focus is in it; until then the keys belong to its button.
    await page.locator('[role=menuitem]:focus').waitFor();
    await page.keyboard.press('ArrowUp');
    await page.getByRole('menuitem', { name: 'Delete…' }).and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Delete events?' });
    await dialog.getByRole('button', { name: 'Keep it' }).and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await sourceRow(page, 'events').waitFor({ state: 'detached' });
    assert.deepEqual(faults(problems), []);
    await close();
  });
});
