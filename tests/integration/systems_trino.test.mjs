// The systems that Trino reads, through a gateway that runs its statements there.

import { startGateway } from '../support/gateway.mjs';
import { systems, testSystems } from '../support/systems.mjs';
import { startTrino, trinoMissing } from '../support/trino.mjs';

const chosen = systems.filter(({ trino }) => trino).map((one) => ({ ...one, ...one.trino }));

/** A gateway that ends with its Trino. */
async function start() {
  const trino = await startTrino();
  const gateway = await startGateway({ args: ['--engine', 'trino', '--trino-url', trino.url] });
  return {
    ...gateway,
    async stop() {
      await gateway.stop();
      await trino.stop();
    },
  };
}

testSystems('the systems that Trino reads, behind one gateway', { engine: 'trino', chosen, start, skip: trinoMissing });
