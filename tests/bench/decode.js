// How fast a JDBC reply becomes columns in JavaScript. Runs in Node.js and in a page. Two ways, each from the body's bytes:
//   package   the npm package: a client whose fetch gives the body, as the network would
//   parse     JSON.parse, then typed arrays filled by hand
// Both give the same columns, which is checked before anything is measured. The hand-written ones hold numbers of 64 bits as doubles,
// which is what JSON.parse makes of them.

const decoder = new TextDecoder();

/** The columns of a parsed reply: typed arrays for numbers and booleans, arrays of strings, a bitmap where there are nulls. */
function fill({ schema, datarows }) {
  const count = datarows.length;
  const arrays = { long: Float64Array, integer: Int32Array, double: Float64Array, boolean: Uint8Array };
  return schema.map(({ name, type }, column) => {
    const numbers = arrays[type];
    const values = numbers ? new numbers(count) : new Array(count);
    let valid = null;
    for (let row = 0; row < count; ++row) {
      const value = datarows[row][column];
      if (value !== null) {
        values[row] = value;
      } else {
        valid ??= new Uint8Array((count + 7) >>> 3).fill(0xff);
        valid[row >>> 3] &= ~(1 << (row & 7));
        if (!numbers) values[row] = '';
      }
    }
    return { name, type, values, valid };
  });
}

/** A client of a server that answers every statement with `body`, all of which has arrived. */
async function clientOf(Client, body) {
  const arrived = () =>
    new ReadableStream({
      start(stream) {
        stream.enqueue(body);
        stream.close();
      },
    });
  const fetch = async (url) =>
    url.endsWith('/_health')
      ? new Response('{"status":"ok"}')
      : new Response(arrived(), { headers: { 'content-length': String(body.length) } });
  return Client.connect({ url: 'http://bench', fetch });
}

/** Everything but the texts can be read as it is; texts are looked at in their first and last row. */
function touch(columns, rowCount) {
  for (const column of columns) {
    if (column.type === 'keyword' || column.type === 'timestamp') {
      if (column.get(0).length + column.get(rowCount - 1).length === 0) throw new Error('a text is empty');
    } else if (column.values.length !== rowCount) {
      throw new Error(`${column.name} has ${column.values.length} values`);
    }
  }
}

function check(result, columns) {
  for (const [i, { name, values, valid }] of columns.entries()) {
    const column = result.columns[i];
    for (const row of [0, 1, 2, 3, 1000, values.length - 1]) {
      const expected = valid && !((valid[row >> 3] >> (row & 7)) & 1) ? null : values[row];
      const read = column.get(row);
      const same = typeof read === 'bigint' ? Number(read) === expected : read === expected || Number(read) === expected;
      if (!same || column.name !== name) throw new Error(`${name}, row ${row}: ${read} is not ${expected}`);
    }
  }
}

/**
 * Milliseconds of each repetition, by contestant, the contestants taking turns.
 *
 * @param body the reply's bytes
 * @param clock gives milliseconds, or a promise of them
 * @param repetitions how often each is measured, after two rounds that are not
 */
export async function measure({ Client, body, clock, repetitions }) {
  const client = await clientOf(Client, body);
  const contestants = {
    async parse() {
      return fill(JSON.parse(decoder.decode(body)));
    },
    async package() {
      const result = await client.sql('select');
      touch(result.columns, result.rowCount);
      return result;
    },
    async packageWithTexts() {
      const result = await client.sql('select');
      for (const column of result.columns) if (column.values.length !== result.rowCount) throw new Error('values are missing');
      return result;
    },
  };
  const times = Object.fromEntries(Object.keys(contestants).map((name) => [name, []]));
  const first = await contestants.package();
  check(first, await contestants.parse());
  first.dispose();
  for (let round = -2; round < repetitions; ++round) {
    for (const [name, run] of Object.entries(contestants)) {
      const start = await clock();
      const result = await run();
      const took = (await clock()) - start;
      result.dispose?.();
      if (round >= 0) times[name].push(took);
    }
  }
  client.close();
  return times;
}
