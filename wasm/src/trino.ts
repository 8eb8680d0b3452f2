import { hasVectors, Loader, type WasmSource } from './loader.js';
import { ResultMemory, type ResultDescription } from './memory.js';
import type { Call } from './module.js';
import { Pages } from './pages.js';
import { ResultSet } from './result.js';
import { Runner, type Watch } from './runner.js';
import { asyncDispose } from './symbols.js';
import type { TrinoEncoding, TrinoQueryOptions, TrinoSession, TrinoStats, TrinoUnpack } from './trino_types.js';
import { inPage, platformUnpack, unpackFor } from './trino_unpack.js';
import type { OperationOptions } from './types.js';

export type {
  TrinoEncoding,
  TrinoProgress,
  TrinoQueryOptions,
  TrinoSession,
  TrinoStats,
  TrinoUnpack,
} from './trino_types.js';

// Each address is written out, because that is what bundlers look for.
const beside = () =>
  hasVectors() ? new URL('./trino-simd.wasm', import.meta.url) : new URL('./trino.wasm', import.meta.url);

const loader = new Loader(beside);

/**
 * Loads this entry's WebAssembly module, once; later calls wait for the first. `TrinoClient.connect` does it too.
 *
 * @param source Needed only where the module does not lie beside this package's JavaScript.
 */
export async function load(source?: WasmSource): Promise<void> {
  await loader.load(source);
}

/** Which Trino, who calls, and how statements begin. */
export interface TrinoConnectOptions extends OperationOptions {
  /** `http://host:port`; with credentials `https`, which Trino insists on. It holds no credentials. */
  url: string;
  /** Who runs statements. Trino needs one, unless `token` says who. */
  user?: string | undefined;
  /** The user's password. */
  password?: string | undefined;
  /** A JSON Web Token in place of a password. */
  token?: string | undefined;
  /** Of names that do not say theirs. */
  catalog?: string | undefined;
  /** The same for schemas. */
  schema?: string | undefined;
  /** Session properties by name: `{ query_max_run_time: '5m' }`. */
  session?: Record<string, string> | undefined;
  /** What `current_timestamp` is told in. Absent: `UTC`. */
  timeZone?: string | undefined;
  /** The program, for Trino's own lists and resource groups. Absent: `datasource-sdk`. */
  source?: string | undefined;
  /** Shown beside the query. */
  clientInfo?: string | undefined;
  /** For resource groups. */
  clientTags?: readonly string[] | undefined;
  /** Role by catalog. */
  roles?: Record<string, string> | undefined;
  /**
   * What is asked for, best first, of a Trino that keeps long results beside its replies (its spooling protocol): of
   * these, what can be unpacked here. Empty: rows within the replies. Absent: `['json+zstd', 'json']`, and in a page
   * none: the store that keeps the rows has to allow the page's origin, which only who runs it knows.
   */
  encodings?: readonly TrinoEncoding[] | undefined;
  /** Unpacks `json+zstd`; absent: the platform's, where it has one (Node.js since 22.15). */
  unpack?: TrinoUnpack | undefined;
  /**
   * Whether rows may be fetched from servers other than Trino, such as the object store that keeps them. They are sent
   * no credentials. Absent: true.
   */
  otherServers?: boolean | undefined;
  /** What carries requests; absent: the platform's. */
  fetch?: typeof globalThis.fetch | undefined;
}

interface TrinoDescription extends ResultDescription {
  id: string;
  updateType: string;
  updateCount?: number;
  warnings: string[];
  stats: TrinoStats;
  /** Absent: as the statement began. */
  session?: TrinoSession;
}

/** A statement's rows, and what Trino says beside them. */
export class TrinoResult extends ResultSet {
  /** Of the query, as Trino's own pages show it. */
  readonly id: string;
  /** Such as `CREATE TABLE`; empty for queries. */
  readonly updateType: string;
  /** Rows that were changed; undefined where Trino names no number. */
  readonly updateCount: number | undefined;
  /** In Trino's words. */
  readonly warnings: readonly string[];
  /** What it took. */
  readonly stats: TrinoStats;

  /** @internal */
  constructor(memory: ResultMemory, { id, updateType, updateCount, warnings, stats }: TrinoDescription) {
    super(memory);
    this.id = id;
    this.updateType = updateType;
    this.updateCount = updateCount;
    this.warnings = warnings;
    this.stats = stats;
  }
}

/**
 * A Trino, without a gateway between. What statements such as `USE` and `SET SESSION` change is kept for those that
 * follow.
 */
export class TrinoClient {
  readonly #runner: Runner;
  readonly #unpack: TrinoUnpack | undefined;
  readonly #results: object;
  #session: Partial<TrinoSession>;
  #version = '';

  private constructor(options: TrinoConnectOptions) {
    const { url, user, password, token, fetch, session: properties, ...rest } = options;
    const auth =
      token !== undefined ? { token } : password !== undefined ? { username: user ?? '', password } : undefined;
    this.#runner = new Runner(loader, { url, auth }, fetch);
    const { encodings = inPage ? [] : undefined, unpack = platformUnpack(), otherServers } = rest;
    this.#unpack = unpack;
    this.#results = { encodings, unpacks: unpack !== undefined, otherServers };
    const { catalog, schema, timeZone, source, clientInfo, clientTags, roles } = rest;
    const given = { user, catalog, schema, timeZone, source, clientInfo, clientTags, roles, properties };
    this.#session = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  }

  /**
   * Loads the WebAssembly module and asks the server once for its version (`GET /v1/info`), so that a wrong URL and a
   * server that is down show here. Credentials show at the first statement: Trino tells its version to everybody.
   */
  static async connect(options: TrinoConnectOptions): Promise<TrinoClient> {
    const client = new TrinoClient(options);
    client.#version = await client.#runner.run<string>({ operation: 'version' }, options);
    return client;
  }

  /** The server's version, such as `476`. */
  get version(): string {
    return this.#version;
  }

  /** What the next statement is run with, as far as it is not the default. */
  get session(): Readonly<Partial<TrinoSession>> {
    return this.#session;
  }

  /**
   * All rows of a statement of any kind. A signal ends it on the server too.
   *
   * The result lives in WebAssembly memory: `using result = await client.sql(…)`, or `dispose()`, frees it at once, the
   * garbage collector at some time.
   *
   * An error's `location` is the place of the fault in the statement.
   */
  async sql(text: string, options: TrinoQueryOptions = {}): Promise<TrinoResult> {
    const { watch, plain } = this.#watched(options);
    const call = this.#call('query', text, options);
    const { value, module } = await this.#runner.carryOut<TrinoDescription>(call, plain, watch);
    if (value.session) this.#session = value.session;
    return new TrinoResult(new ResultMemory(module, value), value);
  }

  /** The rows of a statement as Trino sends them; see {@link Pages}. It does not change the client's session. */
  pages(text: string, options: TrinoQueryOptions = {}): Pages {
    const { watch, plain } = this.#watched(options);
    return new Pages(this.#runner, this.#call('pages', text, options), plain, watch);
  }

  /** Ends what is under way; later calls reject with kind `cancelled`. */
  close(): void {
    this.#runner.close();
  }

  /** As {@link TrinoClient.close}, at the end of `await using`. */
  async [asyncDispose](): Promise<void> {
    this.close();
  }

  #call(operation: string, text: string, { parameters }: TrinoQueryOptions): Call {
    return { operation, text, parameters, session: this.#session, results: this.#results };
  }

  /** The options that every operation has, with the numbers of the last reply added to what is told. */
  #watched({ signal, onProgress }: TrinoQueryOptions): { watch: Watch; plain: OperationOptions } {
    let stats: TrinoStats | undefined;
    const unpack = this.#unpack;
    return {
      watch: {
        onStep: (step) => (stats = step.stats ?? stats),
        unpack: unpack && ((operation, step) => unpackFor(operation, step, unpack)),
      },
      plain: { signal, onProgress: onProgress && ((progress) => onProgress({ ...progress, stats })) },
    };
  }
}
