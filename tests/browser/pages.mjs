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
