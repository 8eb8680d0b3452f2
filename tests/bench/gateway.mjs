// What the gateway costs: rows over loopback beside DuckDB's own COPY, joins beside plain DuckDB, requests beside a constant.
//
// usage: node tests/bench/gateway.mjs PLAIN_DUCKDB      the program plain_duckdb of this folder
//
// Every pair is measured in this run, on this machine, in turn; the median of the runs is told. It ends with 1 when a target is missed.

import { startGateway } from '../support/gateway.mjs';
import { temporaryFolder } from '../support/process.mjs';
import { joins } from './gateway/joins.mjs';
import { misses } from './gateway/report.mjs';
import { requests } from './gateway/requests.mjs';
import { rows } from './gateway/rows.mjs';

const folder = await temporaryFolder();
const gateway = await startGateway({ args: ['--log-level', 'off'] });
try {
  await rows(gateway, folder);
  await joins(gateway, folder);
  await requests(gateway, folder);
} finally {
  await gateway.stop();
  await folder.remove();
}
if (misses.length > 0) console.log(`\nmissed: ${misses.join('; ')}`);
process.exitCode = misses.length > 0 ? 1 : 0;
