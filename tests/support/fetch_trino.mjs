// Fetches the Trino of the tests, so that none of them waits for it; where none can run it says why.
//
// usage: node tests/support/fetch_trino.mjs
import { fetchTrino, trinoMissing } from './trino.mjs';

console.log(trinoMissing || (await fetchTrino()));
