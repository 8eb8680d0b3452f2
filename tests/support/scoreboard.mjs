// What a run of the tests proved of each system, for the table in the README.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { repository } from './gateway.mjs';

const folder = join(repository, 'build/scoreboard');

/**
 * Writes down that a system's whole life went well on an engine.
 * @param engine  `duckdb` or `trino`
 * @param against what it was proved against, such as `PostgreSQL 15`
 */
export function proved(engine, connector, against) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${engine}.${connector}`), against);
}

/** What this run proved: engine -> connector -> against. */
export function scoreboard() {
  const found = {};
  let names = [];
  try {
    names = readdirSync(folder);
  } catch {
    // nothing was proved
  }
  for (const name of names) {
    const [engine, connector] = name.split('.');
    (found[engine] ??= {})[connector] = readFileSync(join(folder, name), 'utf8');
  }
  return found;
}

/** `PostgreSQL 15.18 (Debian)` is told as `PostgreSQL 15`: what a packager's update changes does not change the table. */
export const system = (version) => /^(\D+\d+)/.exec(version)?.[1] ?? version;
