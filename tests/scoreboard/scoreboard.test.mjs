// The README claims what this run proved, and nothing else. An engine that could not run here proves nothing either way.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { cells, writtenCells } from '../../tools/scoreboard.mjs';
import { scoreboard } from '../support/scoreboard.mjs';

const proofs = scoreboard();
const written = writtenCells();
const proved = cells(proofs);

test('the README has a row for each system', () => {
  assert.deepEqual(Object.keys(written), Object.keys(proved));
});

for (const engine of ['duckdb', 'trino']) {
  const ran = Object.keys(proofs[engine] ?? {}).length > 0;
  test(`the README's column for ${engine} is what was proved`, { skip: !ran && `nothing was proved on ${engine} in this run` }, () => {
    for (const [connector, columns] of Object.entries(proved)) {
      assert.equal(written[connector][engine], columns[engine], `${connector} on ${engine}: run node tools/scoreboard.mjs --write and commit README.md`);
    }
  });
}
