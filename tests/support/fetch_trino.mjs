// Fetches the Trino of the tests and the Node.js that they need beside it, so that none of them waits for it; where no Trino can run it says why.
//
// usage: node tests/support/fetch_trino.mjs
import { nodeWithZstd } from './node.mjs';
import { fetchTrino, trinoMissing } from './trino.mjs';

console.log(trinoMissing || (await fetchTrino()));
if (!trinoMissing) console.log(await nodeWithZstd());
