// The systems that Trino reads, through a gateway that runs its statements there; the embedded engine gives the same rows.

import { startGateway } from '../../support/gateway.mjs';
import { systems, testSystems } from '../../support/systems.mjs';
import { sharedTrino, trinoMissing } from '../../support/trino.mjs';

const chosen = systems.filter(({ trino }) => trino).map((one) => ({ ...one, ...one.trino }));

/** A gateway that ends with its Trino, and one on the embedded engine. */
async function start() {
  const trino = await sharedTrino();
  const gateway = await startGateway({ args: ['--engine', 'trino', '--trino-url', trino.url] });
  const embedded = await startGateway();
  return {
    ...gateway,
    trino,
    embedded,
    async stop() {
      await Promise.all([gateway.stop(), embedded.stop()]);
      await trino.stop();
    },
  };
}

testSystems('the systems that Trino reads, behind one gateway', { engine: 'trino', chosen, start, together: true, skip: trinoMissing });
