// Every system that can run here, registered with one gateway: its whole life, and a join of every pair against rows computed here. What
// was proved is what the README's table says (tests/scoreboard).

import { startGateway } from '../support/gateway.mjs';
import { systems, testSystems } from '../support/systems.mjs';

testSystems('every system behind one gateway', { engine: 'duckdb', chosen: systems, start: () => startGateway() });
