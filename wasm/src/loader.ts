import { Module } from './module.js';

/**
 * Where the module is when it is not beside this package's JavaScript: its bytes, its URL, a reply that brings it, or
 * compiled. Take the one with `-simd` in its name, or the other for engines without vector instructions: those before
 * 2023.
 */
export type WasmSource = BufferSource | URL | string | Response | WebAssembly.Module;

/** Gets a WebAssembly module when it is first asked for, once. */
export class Loader {
  readonly #beside: () => URL;
  readonly #ready: ((module: Module) => void) | undefined;
  #compiled: Promise<WebAssembly.Module> | undefined;
  #loading: Promise<Module> | undefined;
  #current: Module | undefined;

  /**
   * @param beside Where the module lies.
   * @param ready  Told of each instance.
   */
  constructor(beside: () => URL, ready?: (module: Module) => void) {
    this.#beside = beside;
    this.#ready = ready;
  }

  /** The instance that was made last. */
  get current(): Module | undefined {
    return this.#current;
  }

  /** The instance that new work should use. Later calls wait for the first. */
  load(source?: WasmSource): Promise<Module> {
    if (this.#current?.broken) this.#loading = undefined;
    this.#loading ??= this.#instantiate(source).catch((error: unknown) => {
      // A download that failed may succeed the next time.
      this.#compiled = this.#loading = undefined;
      throw error;
    });
    return this.#loading;
  }

  async #instantiate(source?: WasmSource): Promise<Module> {
    this.#compiled ??= compile(source ?? this.#beside());
    const module = await Module.instantiate(await this.#compiled);
    this.#ready?.(module);
    return (this.#current = module);
  }
}

/** The smallest module with a vector instruction: a function that makes sixteen bytes of one. */
const vectorModule = new Uint8Array([
  ...[0, 97, 115, 109, 1, 0, 0, 0], // the magic number and the version
  ...[1, 5, 1, 96, 0, 1, 123], // types: a function without parameters that gives a v128
  ...[3, 2, 1, 0], // functions: one of that type
  ...[10, 8, 1, 6, 0, 65, 0, 253, 15, 11], // its code: i32.const 0, i8x16.splat
]);

/** Whether the engine has vector instructions. */
export function hasVectors(): boolean {
  return WebAssembly.validate(vectorModule);
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
    throw new Error(`the WebAssembly module could not be loaded: ${response.url} answered with status ${response.status}`);
  // Compiling while it arrives demands the content type, which not every file server knows.
  if (response.headers.get('content-type') === 'application/wasm') return WebAssembly.compileStreaming(response);
  const bytes = await response.arrayBuffer();
  if (bytes.byteLength < 4 || new DataView(bytes).getUint32(0) !== 0x0061736d) {
    throw new Error(`the WebAssembly module could not be loaded: ${response.url} is another file; give load() the right URL`);
  }
  return WebAssembly.compile(bytes);
}
