import { Module } from './module.js';
import type { Connector, DataSourceInput, Violation } from './types.js';
import { plainSource } from './connectors.js';

/**
 * Where the module is when it is not beside this file: its bytes, its URL, a reply that brings it, or compiled. Take
 * datasource-simd.wasm, or datasource.wasm for engines without vector instructions: those before 2023.
 */
export type WasmSource = BufferSource | URL | string | Response | WebAssembly.Module;

const catalogue: Connector[] = [];

/** The catalogue: every connector with its fields. Empty until `load()` is done. */
export const connectors: readonly Connector[] = catalogue;

let compiled: Promise<WebAssembly.Module> | undefined;
let loading: Promise<Module> | undefined;
let current: Module | undefined;

/**
 * Loads the WebAssembly module, once; later calls wait for the first. `Client.connect` does it too.
 *
 * @param source Needed only where the module does not lie beside this package's JavaScript.
 */
export async function load(source?: WasmSource): Promise<void> {
  await loadModule(source);
}

/** The module that new work should use. */
export async function loadModule(source?: WasmSource): Promise<Module> {
  if (current?.broken) loading = undefined;
  loading ??= instantiate(source).catch((error: unknown) => {
    // A download that failed may succeed the next time.
    compiled = loading = undefined;
    throw error;
  });
  return loading;
}

async function instantiate(source?: WasmSource): Promise<Module> {
  compiled ??= compile(source ?? bestModule());
  current = await Module.instantiate(await compiled);
  catalogue.splice(0, Infinity, ...(JSON.parse(current.catalogue()) as Connector[]));
  return current;
}

/** The smallest module with a vector instruction: a function that makes sixteen bytes of one. */
const vectorModule = new Uint8Array([
  ...[0, 97, 115, 109, 1, 0, 0, 0], // the magic number and the version
  ...[1, 5, 1, 96, 0, 1, 123], // types: a function without parameters that gives a v128
  ...[3, 2, 1, 0], // functions: one of that type
  ...[10, 8, 1, 6, 0, 65, 0, 253, 15, 11], // its code: i32.const 0, i8x16.splat
]);

// Each address is written out, because that is what bundlers look for.
function bestModule(): URL {
  return WebAssembly.validate(vectorModule)
    ? new URL('./datasource-simd.wasm', import.meta.url)
    : new URL('./datasource.wasm', import.meta.url);
}

async function compile(source: WasmSource): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source;
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) return WebAssembly.compile(source);
  if (source instanceof Response) return compileResponse(source);
  const url = new URL(source, import.meta.url);
  if (url.protocol !== 'file:') return compileResponse(await fetch(url));
  // fetch of Node.js knows no files. The name stands in a variable so that bundlers for browsers do not look for the
  // module.
  const fileSystem = 'node:fs';
  const { readFileSync } = (await import(/* @vite-ignore */ /* webpackIgnore: true */ fileSystem)) as {
    readFileSync(url: URL): Uint8Array<ArrayBuffer>;
  };
  return WebAssembly.compile(readFileSync(url));
}

async function compileResponse(response: Response): Promise<WebAssembly.Module> {
  if (!response.ok)
    throw new Error(`datasource.wasm could not be loaded: ${response.url} answered with status ${response.status}`);
  // Compiling while it arrives demands the content type, which not every file server knows.
  if (response.headers.get('content-type') === 'application/wasm') return WebAssembly.compileStreaming(response);
  const bytes = await response.arrayBuffer();
  if (bytes.byteLength < 4 || new DataView(bytes).getUint32(0) !== 0x0061736d) {
    throw new Error(`datasource.wasm could not be loaded: ${response.url} is another file; give load() the right URL`);
  }
  return WebAssembly.compile(bytes);
}

/** All broken rules of a data source; none: the server will take it. Call `load()` before. */
export function validate(source: DataSourceInput): Violation[] {
  if (!current) throw new Error('call load() before validate()');
  return JSON.parse(current.validate(JSON.stringify(plainSource(source)))) as Violation[];
}
