// Rows over loopback beside DuckDB's own COPY.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { plain, runs, timed } from './measure.mjs';
import { heading, median, tell } from './report.mjs';

const memory = async (gateway) => Number(/VmHWM:\s+(\d+)/.exec(await readFile(`/proc/${gateway.process.child.pid}/status`, 'utf8'))[1]);

export async function rows(gateway, folder) {
  const select = "select i as id, i % 1000 as customer, (i % 100000)::decimal(12, 2) / 4 as amount, 'customer ' || i as name, DATE '2024-01-01' + (i % 365)::integer as day from range(1000000) t(i)";
  const file = join(folder.path, 'rows.json');
  await writeFile(file, JSON.stringify({ query: select }));
  await timed(gateway, file); // the engine process warms up
  const before = await memory(gateway);
  const one = join(folder.path, 'one.json');
  await writeFile(one, JSON.stringify({ query: 'select 1 as one' }));
  const replies = [];
  const copies = [];
  const floor = [];
  for (let i = 0; i < runs; i += 1) {
    replies.push(await timed(gateway, file));
    floor.push((await timed(gateway, one)).last);
    copies.push((await plain([`json ${select}`, `json ${select}`]))[1]);
  }
  heading(`1,000,000 rows x 5 columns, ${(replies[0].size / 1e6).toFixed(0)} MB of JSON`);
  tell("DuckDB's COPY … (FORMAT json) to memory", median(copies), ' ms');
  tell('gateway, last byte', median(replies.map(({ last }) => last)), ' ms');
  tell('gateway, last byte / COPY', median(replies.map(({ last }) => last)) / median(copies), 'x', { most: 0.8 });
  tell('gateway, a reply of one row', median(floor), ' ms');
  tell('gateway, first byte', median(replies.map(({ first }) => first)), ' ms', { most: 20 });
  tell("growth of the gateway's memory over it", ((await memory(gateway)) - before) / 1024, ' MB', { most: 8 });
}
