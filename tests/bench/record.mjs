// docs/benchmarks.md, which several programs write: each its own part.

import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';

import { repository } from '../support/gateway.mjs';

const file = join(repository, 'docs/benchmarks.md');

/** Puts `text` below the title `part` in place of what is there, or behind all other parts. The rest of the file stays as it is. */
export async function record(part, text) {
  const [begin, end] = [`<!-- ${part} -->`, `<!-- end of ${part} -->`];
  const whole = `${begin}\n\n## ${part}\n\n${text.trim()}\n\n${end}`;
  const old = await readFile(file, 'utf8');
  const [from, to] = [old.indexOf(begin), old.indexOf(end)];
  await writeFile(file, from < 0 ? `${old.trimEnd()}\n\n${whole}\n` : old.slice(0, from) + whole + old.slice(to + end.length));
}

const before = loadavg()[0];

/** What a part says of the machine: the load is the higher one of when the program began, which is when this was imported, and of now. */
export const machine = () =>
  `${availableParallelism()} cores, ${process.arch}, with ${Math.max(before, loadavg()[0]).toFixed(0)} processes ready to run on average`;
