// What the tests do on the dashboard's pages, in a user's words.

/** The editor of the query page. */
export const editor = (page) => page.getByRole('textbox', { name: 'SQL statement' });

export const results = (page) => page.getByRole('grid', { name: 'Results' });

/** Puts a statement in place of what the editor holds. */
export async function write(page, text) {
  await editor(page).click();
  await page.keyboard.press('Control+a');
  if (text === '') await page.keyboard.press('Delete');
  else await page.keyboard.insertText(text);
}

/** Writes a statement and runs it by keyboard. */
export async function runStatement(page, text) {
  await write(page, text);
  await page.keyboard.press('Control+Enter');
}

/** Scrolls the results for 120 frames: how long each took, in ms and in order of length, and the fewest rows that one showed. */
export const scrollFrames = (page) =>
  results(page).evaluate(async (grid) => {
    const times = [];
    let fewest = Infinity;
    for (let last = performance.now(); times.length < 120; ) {
      grid.scrollTop += 3_333;
      await new Promise(requestAnimationFrame);
      const now = performance.now();
      times.push(now - last);
      last = now;
      fewest = Math.min(fewest, grid.querySelectorAll('[role="row"]').length);
    }
    return { times: times.sort((a, b) => a - b), fewest };
  });

/** The text of every cell on the page, row by row, without the row numbers. */
export const cells = (page) =>
  results(page)
    .getByRole('row')
    .evaluateAll((rows) => rows.slice(1).map((row) => [...row.querySelectorAll('[role=gridcell]')].map((cell) => cell.textContent)));

/** The row of a source in the list. */
export const sourceRow = (page, name) => page.getByRole('rowgroup').filter({ has: page.getByRole('rowheader', { name: new RegExp(`^${name}`) }) });

/** Picks from the menu of a source. */
export async function pick(page, name, action) {
  await page.getByRole('button', { name: `More actions for ${name}` }).click();
  await page.getByRole('menuitem', { name: action }).click();
}

/** Fills in the form of a database's connector, and nothing else. */
export async function fillDatabase(form, name, config, { password = config.password } = {}) {
  await form.getByLabel(/^Name/).fill(name);
  await form.getByLabel('Host').fill(config.host);
  await form.getByLabel('Port').fill(String(config.port));
  await form.getByLabel('Database').fill(config.database);
  await form.getByLabel('User name').fill(config.username);
  await form.getByRole('textbox', { name: 'Password' }).fill(password);
}

/** What a page wrote to the console besides the refusals of the gateway, which browsers note by themselves. */
export const faults = (problems) => problems.filter((text) => !/^Failed to load resource: the server responded with a status of (4\d\d|50[0-4])/.test(text));
