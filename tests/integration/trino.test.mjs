// All that runs on one Trino, one after the other: to start one takes longer than most of the tests.

import { after } from 'node:test';

import { stopSharedTrino } from '../support/trino.mjs';
import './trino/gateway.mjs';
import './trino/combined_engines.mjs';
import './trino/client.mjs';
import './trino/spooled.mjs';
import './trino/systems.mjs';

after(stopSharedTrino);
