// What the parts of the gateway's benchmark measure with.

import { join } from 'node:path';

import { run } from '../../support/process.mjs';

/** How often each of a pair is measured, in turn. */
export const runs = 7;

export const base = '/_plugins/_query/_datasources';

/** A program that CMakeLists.txt of tests/bench builds. */
export const built = (name) => join(process.argv[2], name);

/** Milliseconds of each statement in DuckDB alone, in a process of its own. */
export async function plain(statements) {
  const { stdout } = await run(built('plain_duckdb'), [], { input: `${statements.join('\n')}\n`, timeout: 300_000 });
  return stdout.trim().split('\n').map(Number);
}

/** First and last byte of a statement's reply in milliseconds, as curl sees them. */
export async function timed(gateway, file) {
  const { stdout } = await run('curl', ['-sS', '-o', '/dev/null', '-H', 'Content-Type: application/json', '-w', '%{time_starttransfer} %{time_total} %{size_download}', '--data-binary', `@${file}`, `${gateway.url}/_plugins/_sql`]);
  const [first, last, size] = stdout.split(' ').map(Number);
  return { first: first * 1000, last: last * 1000, size };
}
