import { errorOf } from './errors.js';
import { drive, type Driver, type Fetch } from './exchange.js';
import type { Loader } from './loader.js';
import type { Call, Module, Operation, Session } from './module.js';
import type { Auth, OperationOptions } from './types.js';

/** Where a client's operations go. */
export interface Address {
  url: string;
  auth?: Auth | undefined;
}

/** What is told of an operation's way. */
export type Watch = Pick<Driver, 'onStep' | 'unpack' | 'onHead' | 'onBody'>;

/** A value, and the instance of the module in whose memory its buffers lie. */
export interface Outcome<T> {
  value: T;
  module: Module;
}

/** Runs the operations of one client. */
export class Runner {
  readonly #loader: Loader;
  readonly #address: Address;
  readonly #fetch: Fetch;
  readonly #closing = new AbortController();
  #session: Session | undefined;

  /** @param fetch What carries requests; absent: the platform's. */
  constructor(loader: Loader, address: Address, fetch?: typeof globalThis.fetch) {
    this.#loader = loader;
    this.#address = address;
    // Browsers demand that their fetch is called on nothing but the window.
    this.#fetch = fetch ? (target, init) => fetch(target, init) : (target, init) => globalThis.fetch(target, init);
  }

  /** The value of an operation. */
  async run<T>(call: Call, options?: OperationOptions): Promise<T> {
    return (await this.carryOut<T>(call, options)).value;
  }

  async carryOut<T>(call: Call, options?: OperationOptions, watch?: Watch): Promise<Outcome<T>> {
    const { operation, module } = await this.begin(call);
    try {
      return { value: await this.drive<T>(operation, options, watch), module };
    } finally {
      operation.free();
    }
  }

  /** An operation that is driven, and freed, by the caller. */
  async begin(call: Call): Promise<{ operation: Operation; module: Module }> {
    this.#closing.signal.throwIfAborted();
    const module = await this.#loader.load();
    // Another instance takes the place of one whose memory ran out.
    if (this.#session?.module !== module) this.#session = module.session(this.#address);
    return { operation: this.#session.operation(call), module };
  }

  /** Until the operation is done; `options.signal` or close() ends it. */
  async drive<T>(
    operation: Operation,
    { signal, onProgress }: OperationOptions = {},
    watch: Watch = {},
  ): Promise<T> {
    const closing = this.#closing.signal;
    const driver: Driver = { fetch: this.#fetch, signal: closing, onProgress, ...watch };
    if (!signal) return drive<T>(operation, driver);
    const both = new AbortController();
    const abort = () => both.abort(signal.aborted ? signal.reason : closing.reason);
    const sources = [signal, closing];
    if (sources.some(({ aborted }) => aborted)) abort();
    for (const source of sources) source.addEventListener('abort', abort);
    try {
      return await drive<T>(operation, { ...driver, signal: both.signal });
    } finally {
      for (const source of sources) source.removeEventListener('abort', abort);
    }
  }

  /** An operation that is carried out even now that the client is closed. */
  async driveLast(operation: Operation, milliseconds: number): Promise<void> {
    await drive(operation, { fetch: this.#fetch, signal: AbortSignal.timeout(milliseconds) });
  }

  close(): void {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort(errorOf({ kind: 'cancelled', message: 'the client is closed' }));
    this.#session?.free();
    this.#session = undefined;
  }
}
