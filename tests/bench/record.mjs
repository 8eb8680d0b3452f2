// docs/benchmarks.md, which several programs write: each its own part.

import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';

import { repository } from '../support/gateway.mjs';

const file = join(repository, 'docs/benchmarks.md');

/** Puts `text` in place of the part of that name, or behind all others when there is none yet. The rest stays as it is. */
export async function record(part, text) {
  const [begin, end] = [`<!-- ${part} -->`, `<!-- end of ${part} -->`];
  const whole = `${begin}\n\n${text.trim()}\n\n${end}`;
  const old = await readFile(file, 'utf8');
  const [from, to] = [old.indexOf(begin), old.indexOf(end)];
  await writeFile(file, from < 0 ? `${old.trimEnd()}\n\n${whole}\n` : old.slice(0, from) + whole + old.slice(to + end.length));
}

/** How busy the machine is, now and when `machine` is called. */
export const loads = [loadavg()[0]];

/** What a part says of the machine. */
export function machine() {
  loads.push(loadavg()[0]);
  return `${availableParallelism()} cores, ${process.arch}, with ${Math.max(...loads).toFixed(0)} processes ready to run on average`;
}
