import { errorOf, type ErrorDetails, type ErrorKind } from './errors.js';
import type { ResultDescription, ResultLayout } from './memory.js';
import type { TrinoStats } from './trino_types.js';

/** What bindings/interface.hpp exports, bindings/exports.cpp, and bindings/trino.cpp. Addresses and sizes arrive as signed integers. */
interface Exports {
  memory: WebAssembly.Memory;
  _initialize(): void;
  ds_text(): number;
  ds_text_size(): number;
  ds_text_free(): void;
  ds_allocate(size: number): number;
  ds_free(address: number): void;
  ds_catalogue(): void;
  ds_validate(json: number, size: number): void;
  ds_session(options: number, size: number): number;
  ds_session_free(session: number): void;
  ds_operation(session: number, call: number, size: number): number;
  ds_operation_free(operation: number): void;
  ds_closing(operation: number): number;
  ds_start(operation: number): void;
  ds_body_expect(operation: number, size: number): void;
  ds_body_extend(operation: number, size: number): number;
  ds_rows(operation: number): number;
  ds_rows_layout(operation: number): void;
  ds_rows_take(operation: number): void;
  ds_reply(operation: number, status: number, headers: number, size: number): void;
  ds_failure(operation: number, kind: number, kindSize: number, message: number, size: number): void;
  ds_elapsed(operation: number): void;
  ds_unpacked(operation: number): void;
  ds_cancelled(operation: number): void;
  ds_release(value: number): void;
  ds_csv(result: number, separator: number, guardFormulas: number): void;
  ds_jdbc(result: number): void;
}

export interface SendStep {
  method: string;
  url: string;
  headers: [string, string][];
  body: string;
}

/** Bytes in the module's memory that are packed by Zstandard, and how many they unpack to. */
export interface UnpackStep {
  at: number;
  length: number;
  size: number;
}

/** What an operation asks of its caller. */
export type Step = (
  | { send: SendStep }
  | { wait: number; until: 'retry' | 'poll' }
  | { unpack: UnpackStep }
  | { done: unknown }
  | { error: ErrorDetails }
) & {
  /** What the reply before says of the work on the server; for Trino only. */
  stats?: TrinoStats;
};

/** What one operation is told, see bindings/call.hpp. */
export interface Call {
  operation: string;
  [argument: string]: unknown;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const longText = 1 << 16;

/** Frees what was dropped instead of disposed of. */
const finalizers = new FinalizationRegistry<() => void>((free) => free());

/** A bigint as bindings/inputs.hpp reads it: JSON's numbers would lose digits on the way. */
function withBigints(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? { bigint: String(value) } : value;
}

/** One instance of a module. */
export class Module {
  readonly #exports: Exports;
  #broken = false;

  constructor(instance: WebAssembly.Instance) {
    this.#exports = instance.exports as unknown as Exports;
  }

  static async instantiate(compiled: WebAssembly.Module): Promise<Module> {
    let exports: Exports;
    const instance = await WebAssembly.instantiate(compiled, {
      env: {
        emscripten_notify_memory_growth() {},
        getentropy(address: number, size: number) {
          crypto.getRandomValues(new Uint8Array(exports.memory.buffer, address >>> 0, size));
          return 0;
        },
      },
      wasi_snapshot_preview1: {
        proc_exit(code: number) {
          throw new WebAssembly.RuntimeError(`the WebAssembly module ended with code ${code}`);
        },
      },
    });
    exports = instance.exports as unknown as Exports;
    exports._initialize();
    return new Module(instance);
  }

  /** The memory as it is now; growth of the memory detaches it. */
  get buffer(): ArrayBuffer {
    return this.#exports.memory.buffer;
  }

  /**
   * True once memory ran out in the midst of work: what was under way is lost, and other work should have another
   * instance.
   */
  get broken(): boolean {
    return this.#broken;
  }

  /** The catalogue as JSON text. */
  catalogue(): string {
    return this.#call((exports) => exports.ds_catalogue());
  }

  /** The violations of a data source, both as JSON text. */
  validate(source: string): string {
    return this.#with(source, (address, size) => this.#call((exports) => exports.ds_validate(address, size)));
  }

  /** Makes what the operations of one client have in common, see bindings/session.hpp. */
  session(options: object): Session {
    const handle = this.#with(JSON.stringify(options), (address, size) =>
      this.#guard((exports) => exports.ds_session(address, size)),
    );
    return new Session(this, handle);
  }

  freeSession(session: number): void {
    if (!this.#broken) this.#guard((exports) => exports.ds_session_free(session));
  }

  operation(session: number, call: Call): Operation {
    const handle = this.#with(JSON.stringify(call, withBigints), (address, size) =>
      this.#guard((exports) => exports.ds_operation(session, address, size)),
    );
    return new Operation(this, handle);
  }

  freeOperation(operation: number): void {
    if (!this.#broken) this.#guard((exports) => exports.ds_operation_free(operation));
  }

  closing(operation: number): Operation | undefined {
    const handle = this.#guard((exports) => exports.ds_closing(operation));
    return handle === 0 ? undefined : new Operation(this, handle);
  }

  /** Ends a value that an operation gave. */
  release(value: number): void {
    if (!this.#broken) this.#guard((exports) => exports.ds_release(value));
  }

  csv(result: number, separator: string, guardFormulas: boolean): string {
    return this.#call((exports) => exports.ds_csv(result, separator.charCodeAt(0), Number(guardFormulas)));
  }

  jdbc(result: number): string {
    return this.#call((exports) => exports.ds_jdbc(result));
  }

  start(operation: number): Step {
    return this.#step((exports) => exports.ds_start(operation));
  }

  expectBody(operation: number, size: number): void {
    this.#guard((exports) => exports.ds_body_expect(operation, size));
  }

  /** Copies the next part of a reply's body. False when the body is too long. */
  appendBody(operation: number, chunk: Uint8Array): boolean {
    const address = this.#guard((exports) => exports.ds_body_extend(operation, chunk.length)) >>> 0;
    if (address === 0) return false;
    new Uint8Array(this.buffer, address, chunk.length).set(chunk);
    return true;
  }

  /** Decodes the rows that have come with the body; their number. */
  rows(operation: number): number {
    return this.#guard((exports) => exports.ds_rows(operation)) >>> 0;
  }

  /** Where those rows lie until the operation is told more, as JSON text. */
  rowsLayout(operation: number): string {
    return this.#call((exports) => exports.ds_rows_layout(operation));
  }

  /** Those rows as a value of their own, as JSON text. */
  takeRows(operation: number): string {
    return this.#call((exports) => exports.ds_rows_take(operation));
  }

  reply(operation: number, status: number, headers: [string, string][]): Step {
    return this.#with(JSON.stringify(headers), (address, size) =>
      this.#step((exports) => exports.ds_reply(operation, status, address, size)),
    );
  }

  failure(operation: number, kind: ErrorKind, message: string): Step {
    return this.#with(kind, (kindAddress, kindSize) =>
      this.#with(message, (address, size) =>
        this.#step((exports) => exports.ds_failure(operation, kindAddress, kindSize, address, size)),
      ),
    );
  }

  elapsed(operation: number): Step {
    return this.#step((exports) => exports.ds_elapsed(operation));
  }

  /** What a step asked to unpack is the body that was appended. */
  unpacked(operation: number): Step {
    return this.#step((exports) => exports.ds_unpacked(operation));
  }

  cancelled(operation: number): Step {
    return this.#step((exports) => exports.ds_cancelled(operation));
  }

  #step(work: (exports: Exports) => void): Step {
    return JSON.parse(this.#call(work)) as Step;
  }

  /** Carries out work that gives a text. */
  #call(work: (exports: Exports) => void): string {
    this.#guard(work);
    const { ds_text, ds_text_size, ds_text_free } = this.#exports;
    const size = ds_text_size() >>> 0;
    try {
      return decoder.decode(new Uint8Array(this.buffer, ds_text() >>> 0, size));
    } finally {
      if (size > longText) ds_text_free();
    }
  }

  /** Puts a text into memory for the time of `work`. */
  #with<T>(text: string, work: (address: number, size: number) => T): T {
    const bytes = encoder.encode(text);
    const address = this.#guard((exports) => exports.ds_allocate(bytes.length)) >>> 0;
    if (address === 0) throw this.#outOfMemory();
    try {
      new Uint8Array(this.buffer, address, bytes.length).set(bytes);
      return work(address, bytes.length);
    } finally {
      if (!this.#broken) this.#exports.ds_free(address);
    }
  }

  #guard<T>(work: (exports: Exports) => T): T {
    try {
      return work(this.#exports);
    } catch (trap) {
      if (!(trap instanceof WebAssembly.RuntimeError)) throw trap;
      throw this.#outOfMemory(trap);
    }
  }

  #outOfMemory(cause?: unknown): Error {
    this.#broken = true;
    const message = 'the memory of the WebAssembly module is used up; ask for fewer rows or dispose of other results';
    return errorOf({ kind: 'unsupported', message }, cause);
  }
}

/** What the operations of one client have in common, in one instance of the module. */
export class Session {
  readonly #module: Module;
  readonly #handle: number;
  readonly #free: () => void;

  constructor(module: Module, handle: number) {
    this.#module = module;
    this.#handle = handle;
    this.#free = () => module.freeSession(handle);
    finalizers.register(this, this.#free, this);
  }

  get module(): Module {
    return this.#module;
  }

  /** Makes an operation of a call. */
  operation(call: Call): Operation {
    return this.#module.operation(this.#handle, call);
  }

  /** Operations that are under way go on. */
  free(): void {
    finalizers.unregister(this);
    this.#free();
  }
}

/** An operation under way. */
export class Operation {
  readonly #module: Module;
  readonly #handle: number;
  readonly #free: () => void;

  constructor(module: Module, handle: number) {
    this.#module = module;
    this.#handle = handle;
    this.#free = () => module.freeOperation(handle);
    finalizers.register(this, this.#free, this);
  }

  start = (): Step => this.#module.start(this.#handle);
  /** A copy of what an address of one of its steps names. */
  bytes = (address: number, size: number): Uint8Array<ArrayBuffer> => new Uint8Array(this.#module.buffer, address, size).slice();
  expectBody = (size: number): void => this.#module.expectBody(this.#handle, size);
  appendBody = (chunk: Uint8Array): boolean => this.#module.appendBody(this.#handle, chunk);
  rows = (): number => this.#module.rows(this.#handle);
  rowsLayout = (): ResultLayout => JSON.parse(this.#module.rowsLayout(this.#handle)) as ResultLayout;
  takeRows = (): ResultDescription => JSON.parse(this.#module.takeRows(this.#handle)) as ResultDescription;
  reply = (status: number, headers: [string, string][]): Step => this.#module.reply(this.#handle, status, headers);
  failure = (kind: ErrorKind, message: string): Step => this.#module.failure(this.#handle, kind, message);
  elapsed = (): Step => this.#module.elapsed(this.#handle);
  unpacked = (): Step => this.#module.unpacked(this.#handle);
  cancelled = (): Step => this.#module.cancelled(this.#handle);
  /** What gives back what this operation holds open on the server. */
  closing = (): Operation | undefined => this.#module.closing(this.#handle);

  free = (): void => {
    finalizers.unregister(this);
    this.#free();
  };
}
