// Rows that a client fetches itself from the object store where Trino keeps them.

import { s3Missing } from '../../support/objects.mjs';
import { allRows, testSpooled } from '../../support/spooled.mjs';
import { sharedTrino, trinoMissing } from '../../support/trino.mjs';

testSpooled('rows that Trino keeps in a store', { start: sharedTrino, statements: allRows, skip: trinoMissing || s3Missing });
