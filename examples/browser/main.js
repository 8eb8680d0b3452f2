// Runs a statement and shows its rows. No build step: the SDK comes as the files of wasm/dist, from the gateway that
// also answers the API.

import { Client } from './sdk/index.js';

const numbers = new Set(['byte', 'short', 'integer', 'long', 'unsigned_long', 'float', 'double', 'decimal']);
const mostRows = 1000;

const form = document.querySelector('form');
const state = document.querySelector('#state');
const table = document.querySelector('table');

const connecting = Client.connect({ url: location.origin });

function show(result) {
  const head = document.createElement('tr');
  for (const { name } of result.columns)
    head.append(Object.assign(document.createElement('th'), { textContent: name }));
  table.replaceChildren(head);
  for (let row = 0; row < Math.min(result.rowCount, mostRows); ++row) {
    const line = table.insertRow();
    for (const column of result.columns) {
      const cell = line.insertCell();
      cell.textContent = column.get(row) ?? '–';
      cell.className = numbers.has(column.type) ? 'number' : '';
    }
  }
}

async function run() {
  state.className = '';
  state.textContent = 'Running…';
  table.replaceChildren();
  const start = performance.now();
  try {
    const client = await connecting;
    const result = await client.sql(form.elements.statement.value);
    show(result);
    state.textContent = `${result.rowCount} rows in ${Math.round(performance.now() - start)} ms`;
    result.dispose();
  } catch (error) {
    state.className = 'error';
    state.textContent = error.message;
  }
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  run();
});
run();
