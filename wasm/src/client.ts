import { DataSources } from './datasources.js';
import { errorOf } from './errors.js';
import { run, type Call, type Fetch } from './exchange.js';
import { resultSet, type ResultDescription, type ResultSet } from './result.js';
import { asyncDispose } from './symbols.js';
import type { Auth, Connector, OperationOptions, ServerInfo } from './types.js';

export interface ConnectOptions extends OperationOptions {
  /** `http://host:port`, with a path prefix where a proxy wants one. It holds no credentials. */
  url: string;
  auth?: Auth | undefined;
  /** What carries requests; absent: the platform's. */
  fetch?: typeof globalThis.fetch | undefined;
}

/** The Data Source API of one server. Nothing stays open between calls, so any number of them may be under way. */
export class Client {
  readonly datasources: DataSources;
  readonly #address: { url: string; auth?: Auth | undefined };
  readonly #fetch: Fetch;
  readonly #closing = new AbortController();
  #server: ServerInfo | null = null;

  private constructor({ url, auth, fetch }: ConnectOptions) {
    this.#address = { url, auth };
    // Browsers demand that their fetch is called on nothing but the window.
    this.#fetch = fetch ? (target, init) => fetch(target, init) : (target, init) => globalThis.fetch(target, init);
    this.datasources = new DataSources((call, options) => this.#run(call, options));
  }

  /**
   * Loads the WebAssembly module and asks the server once for its health (`GET /_health`), so that a wrong URL, a
   * server that is down and wrong credentials show here and not at the first use. A server without that route, such as
   * OpenSearch, passes.
   */
  static async connect(options: ConnectOptions): Promise<Client> {
    const client = new Client(options);
    client.#server = await client.#run<ServerInfo | null>({ operation: 'health' }, options);
    return client;
  }

  /** What the server said of itself when the client connected; null when it says nothing. */
  get server(): ServerInfo | null {
    return this.#server;
  }

  /** The server's catalogue. The package's own is `connectors`. */
  connectors(options?: OperationOptions): Promise<Connector[]> {
    return this.#run({ operation: 'connectors' }, options);
  }

  /**
   * Runs one SQL statement. Tables are `source.table` or `source.schema.table`, of any number of sources.
   *
   * The result lives in WebAssembly memory: `using result = await client.sql(…)`, or `dispose()`, frees it at once, the
   * garbage collector at some time.
   */
  async sql(text: string, options?: OperationOptions): Promise<ResultSet> {
    const { value, module } = await this.#carryOut<ResultDescription>({ operation: 'sql', text }, options);
    return resultSet(module, value);
  }

  /** Ends what is under way; later calls reject with kind `cancelled`. */
  close(): void {
    this.#closing.abort(errorOf({ kind: 'cancelled', message: 'the client is closed' }));
  }

  async [asyncDispose](): Promise<void> {
    this.close();
  }

  async #run<T>(call: Call, options?: OperationOptions): Promise<T> {
    return (await this.#carryOut<T>(call, options)).value;
  }

  async #carryOut<T>(call: Call, options?: OperationOptions) {
    const closing = this.#closing.signal;
    closing.throwIfAborted();
    const signal = options?.signal;
    if (!signal) return run<T>({ ...this.#address, ...call }, this.#fetch, closing);
    const both = new AbortController();
    const abort = () => both.abort(signal.aborted ? signal.reason : closing.reason);
    const sources = [signal, closing];
    if (signal.aborted) abort();
    for (const source of sources) source.addEventListener('abort', abort);
    try {
      return await run<T>({ ...this.#address, ...call }, this.#fetch, both.signal);
    } finally {
      for (const source of sources) source.removeEventListener('abort', abort);
    }
  }
}
