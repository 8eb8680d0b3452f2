// What the gateway and its engine cost: rows over loopback beside DuckDB's own COPY, joins beside plain DuckDB and a warm Trino, systems
// that are fetched beside their drivers, requests beside a constant. What it finds is a part of docs/benchmarks.md.
//
// usage: node tests/bench/gateway.mjs FOLDER [PART…]     the folder with the built programs of this one; which parts, instead of all: a
//                                                        run of some is not written down
//
// Every pair is measured in this run, on this machine, in turn; the median of the runs is told. It ends with 1 when a target is missed.

import { startGateway } from '../support/gateway.mjs';
import { temporaryFolder } from '../support/process.mjs';
import { fetched } from './gateway/fetched.mjs';
import { joins } from './gateway/joins.mjs';
import { runs } from './gateway/measure.mjs';
import { markdown, misses } from './gateway/report.mjs';
import { requests } from './gateway/requests.mjs';
import { rows } from './gateway/rows.mjs';
import { loadOf, machine, record } from './record.mjs';

const parts = { rows, joins, fetched, requests };
const wanted = process.argv.slice(3);
const unknown = wanted.filter((name) => !Object.hasOwn(parts, name));
if (!process.argv[2] || unknown.length > 0) throw new Error(`usage: gateway.mjs FOLDER [${Object.keys(parts).join('|')}]…`);
const chosen = Object.entries(parts).filter(([name]) => wanted.length === 0 || wanted.includes(name));

const folder = await temporaryFolder();
const load = [loadOf()];
try {
  // A gateway for each: what one part leaves behind costs the next one nothing.
  for (const [, part] of chosen) {
    const gateway = await startGateway({ args: ['--log-level', 'off'] });
    try {
      await part(gateway, folder);
    } finally {
      await gateway.stop();
    }
  }
} finally {
  await folder.remove();
}
load.push(loadOf());
