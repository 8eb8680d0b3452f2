import type { Operation, Step, UnpackStep } from './module.js';
import type { TrinoUnpack } from './trino_types.js';

/** What this has of a `process`, seen without the types of Node.js. */
interface Platform {
  process?: { versions?: { node?: string }; getBuiltinModule?(name: string): unknown };
}

type Callback = (error: Error | null, unpacked: Uint8Array) => void;

/** The part of `node:zlib` that Node.js has since 22.15. */
interface Zlib {
  zstdDecompress?(packed: Uint8Array, options: { maxOutputLength: number }, callback: Callback): void;
}

const { process } = globalThis as Platform;

/** Whether requests to other servers need their consent, as they do in a page. */
export const inPage = !process?.versions?.node;

/** What unpacks Zstandard here; undefined where nothing does. */
export function platformUnpack(): TrinoUnpack | undefined {
  // Not by an import, after which bundlers for browsers would look.
  const { zstdDecompress } = (process?.getBuiltinModule?.('node:zlib') ?? {}) as Zlib;
  if (zstdDecompress) {
    return (packed, size) =>
      new Promise((resolve, reject) => {
        const done: Callback = (error, unpacked) => (error ? reject(error) : resolve(unpacked));
        zstdDecompress(packed, { maxOutputLength: Math.max(size, 1) }, done);
      });
  }
  const zstd = 'zstd' as CompressionFormat;
  try {
    new DecompressionStream(zstd);
  } catch {
    return undefined;
  }
  return (packed, size) => collect(new Blob([packed]).stream().pipeThrough(new DecompressionStream(zstd)), size);
}

/** The bytes of a stream of that many. */
async function collect(stream: ReadableStream<Uint8Array>, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  let length = 0;
  for (const reader = stream.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) return bytes.subarray(0, length);
    if (value.length > size - length) {
      await reader.cancel();
      throw new RangeError(`there are more than ${size} bytes`);
    }
    bytes.set(value, length);
    length += value.length;
  }
}

/** Carries out the step of an operation that asks for it. */
export async function unpackFor(operation: Operation, step: UnpackStep, unpack: TrinoUnpack): Promise<Step> {
  const { at, length, size } = step;
  const failed = (what: string) => operation.failure('malformed', `a piece of the result ${what}`);
  let bytes: Uint8Array;
  try {
    bytes = await unpack(operation.bytes(at, length), size);
    if (bytes.length > size) return failed(`unpacks to more than the ${size} bytes that Trino says`);
  } catch (error) {
    return failed(`cannot be unpacked: ${error instanceof Error ? error.message : String(error)}`);
  }
  operation.expectBody(bytes.length);
  operation.appendBody(bytes);
  return operation.unpacked();
}
