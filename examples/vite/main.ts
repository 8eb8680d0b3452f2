import { Client, DataSourceError, type Progress, type ResultSet } from 'datasource-sdk';

const mostRows = 1000;

const form = document.querySelector('form')!;
const statement = document.querySelector<HTMLTextAreaElement>('#statement')!;
const state = document.querySelector<HTMLElement>('#state')!;
const table = document.querySelector('table')!;

const connecting = Client.connect({ url: location.origin });
let running: AbortController | undefined;

function cell(name: 'th' | 'td', text: string): HTMLElement {
  return Object.assign(document.createElement(name), { textContent: text });
}

function show(result: ResultSet): void {
  const rows = [result.columns.map(({ name }) => cell('th', name))];
  for (let row = 0; row < Math.min(result.rowCount, mostRows); ++row)
    rows.push(result.columns.map((column) => cell('td', String(column.get(row) ?? '–'))));
  table.replaceChildren(
    ...rows.map((cells) => {
      const line = document.createElement('tr');
      line.append(...cells);
      return line;
    }),
  );
}

function tell({ state: doing, bytesReceived }: Progress): void {
  state.textContent = doing === 'receiving' ? `${bytesReceived} bytes…` : `${doing}…`;
}

async function run(): Promise<void> {
  running?.abort();
  const controller = (running = new AbortController());
  state.className = '';
  table.replaceChildren();
  try {
    const client = await connecting;
    using result = await client.sql(statement.value, { signal: controller.signal, onProgress: tell });
    show(result);
    state.textContent = `${result.rowCount} rows`;
  } catch (error) {
    if (controller !== running) return;
    state.className = 'error';
    state.textContent = error instanceof DataSourceError ? `${error.name}: ${error.message}` : String(error);
  }
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  void run();
});
void run();
