// What the gateway and its engine cost: rows over loopback beside DuckDB's own COPY, joins beside plain DuckDB and a warm Trino, systems
// that are fetched beside their drivers, requests beside a constant, frames of the dashboard beside those of an empty page. What it finds is a
// part of docs/benchmarks.md.
//
// usage: node tests/bench/gateway.mjs FOLDER [PART…]     the folder with the built programs of this one; which parts, instead of all: a
//                                                        run of some is not written down
//
// Every pair is measured in this run, on this machine, in turn; the median of the runs is told. It ends with 1 when a target is missed.

import { open } from 'node:fs/promises';
import { join } from 'node:path';

import { startGateway } from '../support/gateway.mjs';
import { temporaryFolder } from '../support/process.mjs';
import { fetched } from './gateway/fetched.mjs';
import { frames } from './gateway/frames.mjs';
import { joins } from './gateway/joins.mjs';
import { runs } from './gateway/measure.mjs';
import { markdown, misses } from './gateway/report.mjs';
import { requests } from './gateway/requests.mjs';
import { rows } from './gateway/rows.mjs';
import { machine, record } from './record.mjs';

const parts = { rows, joins, fetched, frames, requests };
const wanted = process.argv.slice(3);
if (!process.argv[2] || wanted.some((name) => !Object.hasOwn(parts, name))) throw new Error(`usage: gateway.mjs FOLDER [${Object.keys(parts).join('|')}]…`);

const folder = await temporaryFolder();
const log = await open(join(folder.path, 'gateway.log'), 'a'); // a line of audit for each write: no pipe that this script would have to empty
const gateway = await startGateway({ args: ['--log-level', 'off'], stderr: log.fd });
try {
  for (const [name, part] of Object.entries(parts)) {
    if (wanted.length === 0 || wanted.includes(name)) await part(gateway, folder);
  }
} finally {
  await gateway.stop();
  await log.close();
  await folder.remove();
}
if (wanted.length === 0) {
  await record('The gateway and its engine', `Each number is the median of ${runs} measurements on the clock, unless it says otherwise; what is compared takes turns. Servers and clients run on the same machine.

Machine: ${machine()}.

${markdown()}`);
}
if (misses.length > 0) console.log(`\nmissed: ${misses.join('; ')}`);
process.exitCode = misses.length > 0 ? 1 : 0;
