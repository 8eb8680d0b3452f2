// Systems that are fetched: their rows to columns by the engine's readers, beside the drivers that a program without them would use.

import { run } from '../../support/process.mjs';
import { mongoDbMissing, startMongoDb } from '../../support/mongodb.mjs';
import { startPrometheus } from '../../support/prometheus.mjs';
import { built, runs } from './measure.mjs';
import { heading, median, skip, tell } from './report.mjs';

const rows = 200_000;

/**
 * Lets a reader and its peer take turns in one process. The first turn of each is for the server to warm up. A server that is slow hides
 * what a reader costs on the clock, so that processor time has the same target.
 */
async function compare(program, args, peer) {
  const { stdout } = await run(built(program), [...args, String(runs + 1)].map(String), { timeout: 600_000 });
  const turns = stdout.trim().split('\n').map((line) => JSON.parse(line));
  if (turns.some((turn) => turn.rows !== rows)) throw new Error(`not all ${rows} rows were read:\n${stdout}`);
  const of = (who, time) => median(turns.filter((turn) => turn.who === who).slice(1).map((turn) => turn[time]));
  tell(peer, of('peer', 'clock'), ' ms');
  tell("the engine's reader", of('own', 'clock'), ' ms');
  tell(`the engine's reader / ${peer}`, of('own', 'clock') / of('peer', 'clock'), 'x', { most: 1.5 });
  tell('the same in processor time of the program, without the server', of('own', 'processor') / of('peer', 'processor'), 'x', { most: 1.5 });
}

async function mongoDb() {
  heading('200,000 documents of a MongoDB to columns', 'Five of six fields, from the address of the server to the last row: the schema is found by the reader and known to the driver.');
  if (mongoDbMissing) return skip('MongoDB', mongoDbMissing);
  const server = await startMongoDb();
  try {
    const orders = server.client.db('bench').collection('orders');
    for (let at = 0; at < rows; at += 10_000) {
      await orders.insertMany(Array.from({ length: 10_000 }, (_, i) => at + i).map((i) => (
        { customer: i % 1000, amount: i / 4 + 0.25, name: `customer ${i % 1000}`, at: new Date(1_700_000_000_000 + i * 1000), note: `order ${i}` })));
    }
    await compare('fetch_mongodb', [server.port, 'bench', 'orders'], 'libmongoc alone');
  } finally {
    await server.stop();
  }
}

async function prometheus() {
  heading('200,000 samples of a Prometheus to columns', 'Time, value and a label of 20 series. The reader asks in windows of time that no server refuses; the peer asks for everything at once.');
  const [series, count, start, step] = [20, rows / 20, 1_700_000_000_000, 15_000];
  const samples = Array.from({ length: rows }, (_, i) => (
    { name: 'load', labels: { host: `host-${Math.floor(i / count)}`, job: 'node' }, milliseconds: start + (i % count) * step + (i % 1000), value: (i % 4096) / 64 }));
  const server = await startPrometheus({ samples });
  try {
    await compare('fetch_prometheus', [server.url, 'load', 'host', start, start + count * step], 'libcurl and simdjson alone');
  } finally {
    await server.stop();
  }
}

export async function fetched() {
  await mongoDb();
  await prometheus();
}
