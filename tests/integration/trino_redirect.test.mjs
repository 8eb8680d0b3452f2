// Rows that Trino keeps in an object store and to which it redirects, which a server does always or never.

import { s3Missing } from '../support/objects.mjs';
import { manyRows, testSpooled } from '../support/spooled.mjs';
import { startSpoolingTrino, trinoMissing } from '../support/trino.mjs';

const start = () => startSpoolingTrino({ mode: 'COORDINATOR_STORAGE_REDIRECT', plugins: ['spooling-filesystem', 'tpch'] });

testSpooled('rows that Trino keeps in a store and redirects to', { start, statements: [manyRows], skip: trinoMissing || s3Missing });
