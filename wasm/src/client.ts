import { DataSources } from './datasources.js';
import { DirectResources } from './resources.js';
import { Pages } from './pages.js';
import { GrowingResult } from './growing.js';
import { loader } from './load.js';
import type { ResultDescription } from './memory.js';
import { resultSet, type ResultSet } from './result.js';
import { Runner } from './runner.js';
import { timeSeries, type DirectResult, type DirectResultDescription } from './series.js';
import { asyncDispose } from './symbols.js';
import type {
  AsyncQuery,
  Auth,
  Connector,
  DirectQuery,
  OperationOptions,
  PagedQuery,
  PollOptions,
  Query,
  QueryOptions,
  QuerySettings,
  QueryTextFormat,
  RowsOptions,
  ServerInfo,
} from './types.js';

/** Where the server is, who calls, and what carries the requests. */
export interface ConnectOptions extends OperationOptions {
  /** `http://host:port`, with a path prefix where a proxy wants one. It holds no credentials. */
  url: string;
  /** Who calls; absent: nobody in particular. */
  auth?: Auth | undefined;
  /** What carries requests; absent: the platform's. */
  fetch?: typeof globalThis.fetch | undefined;
}

/** The Data Source API of one server. Nothing stays open between calls, so any number of them may be under way. */
export class Client {
  /** The data sources that are registered with the server. */
  readonly datasources: DataSources;
  readonly #runner: Runner;
  #server: ServerInfo | null = null;

  private constructor({ url, auth, fetch }: ConnectOptions) {
    this.#runner = new Runner(loader, { url, auth }, fetch);
    this.datasources = new DataSources(this.#runner);
  }

  /**
   * Loads the WebAssembly module and asks the server once for its health (`GET /_health`), so that a wrong URL and a
   * server that is down show here and not at the first use; wrong credentials too, unless the server gives its health
   * to everybody, as a gateway does. A server without that route, such as OpenSearch, passes.
   */
  static async connect(options: ConnectOptions): Promise<Client> {
    const client = new Client(options);
    client.#server = await client.#runner.run<ServerInfo | null>({ operation: 'health' }, options);
    return client;
  }

  /** What the server said of itself when the client connected; null when it says nothing. */
  get server(): ServerInfo | null {
    return this.#server;
  }

  /** The server's catalogue. The package's own is `connectors`. */
  connectors(options?: OperationOptions): Promise<Connector[]> {
    return this.#runner.run({ operation: 'connectors' }, options);
  }

  /**
   * Runs one SQL statement. Tables are `source.table` or `source.schema.table`, of any number of sources.
   *
   * The result lives in WebAssembly memory: `using result = await client.sql(…)`, or `dispose()`, frees it at once, the
   * garbage collector at some time.
   */
  sql(text: string, options: QueryOptions = {}): Promise<ResultSet> {
    const { parameters, id, cacheControl } = options;
    return this.query({ text, parameters, id, cacheControl }, options);
  }

  /**
   * Runs one PPL statement, such as `source = metrics.up | head 5`. Rejects with kind `unsupported` where no engine
   * behind the server speaks PPL.
   */
  ppl(text: string, options?: RowsOptions): Promise<ResultSet> {
    return this.query({ text, language: 'ppl' }, options);
  }

  /** Runs a statement: `client.query({ text: 'select * from crm.t where age > ?', parameters: [45] })`. */
  async query(query: Query, options?: RowsOptions): Promise<ResultSet> {
    const call = { operation: 'query', ...query, format: undefined, fetchSize: undefined };
    const { operation, module } = await this.#runner.begin(call);
    const growing = options?.onRows && new GrowingResult(operation, module, options.onRows);
    let cacheAge: number | undefined;
    const onHead = (headers: Headers) => {
      cacheAge = ageOf(headers);
      if (growing) growing.cacheAge = cacheAge;
    };
    try {
      const onBody = growing && (() => growing.advance());
      const value = await this.#runner.drive<ResultDescription>(operation, options, { onHead, onBody });
      return growing ? growing.settle(value) : resultSet(module, value, cacheAge);
    } catch (error) {
      growing?.giveUp();
      throw error;
    } finally {
      operation.free();
    }
  }

  /** The reply to a statement as the server writes it, in the format that is asked for. */
  queryText(query: Query & { format: QueryTextFormat }, options?: OperationOptions): Promise<string> {
    return this.#runner.run({ operation: 'query_text', ...query, fetchSize: undefined }, options);
  }

  /** How the server would run a statement. The shape is its engine's. */
  explain(query: Query | string, options?: OperationOptions): Promise<Record<string, unknown>> {
    return this.#runner.run({ operation: 'explain', ...asQuery(query) }, options);
  }

  /** The rows of one SQL statement, `fetchSize` of them at a time; see {@link Pages}. */
  pages(query: PagedQuery, options?: OperationOptions): Pages {
    return new Pages(this.#runner, { operation: 'pages', ...query }, options);
  }

  /**
   * Runs a statement on the engine behind a source (`s3glue`, `security_lake`), which takes its time, and asks after it
   * until it is finished. A signal or the end of `poll.limit` cancels it on the server too.
   */
  async asyncQuery(query: AsyncQuery, options?: OperationOptions & { poll?: PollOptions }): Promise<ResultSet> {
    const call = { operation: 'async_query', ...query, poll: options?.poll };
    const { value, module } = await this.#runner.carryOut<ResultDescription>(call, options);
    return resultSet(module, value);
  }

  /**
   * Runs a query in a source's own language: `client.directQuery('metrics', { text: 'up', time: 1795486130 })`. A query
   * that the source refuses rejects with kind `invalid`.
   */
  async directQuery(source: string, query: DirectQuery, options?: OperationOptions): Promise<DirectResult> {
    const call = { operation: 'direct_query', name: source, ...query };
    const { value, module } = await this.#runner.carryOut<DirectResultDescription>(call, options);
    return timeSeries(module, value);
  }

  /** What a source of time series knows about itself: labels, metrics, alerts, rules. */
  resources(source: string): DirectResources {
    return new DirectResources(this.#runner, source);
  }

  /**
   * Ends the statements that run under an id, whoever started them; gives their number. Rejects with kind `not_found`
   * when none runs. To end a statement of one's own, its signal is enough.
   */
  cancel(id: string, options?: OperationOptions): Promise<number> {
    return this.#runner.run({ operation: 'cancel', id }, options);
  }

  /** The counters of the node that answers, by the server's names. */
  statistics(options?: OperationOptions): Promise<Record<string, number>> {
    return this.#runner.run({ operation: 'statistics' }, options);
  }

  /** Changes settings of the query engine; gives those that are set afterwards, of the ones that were named. */
  settings(change: QuerySettings, options?: OperationOptions): Promise<QuerySettings> {
    return this.#runner.run({ operation: 'settings', ...change }, options);
  }

  /** Ends what is under way; later calls reject with kind `cancelled`. */
  close(): void {
    this.#runner.close();
  }

  /** As {@link Client.close}, at the end of `await using`. */
  async [asyncDispose](): Promise<void> {
    this.close();
  }
}

/** How old a reply is that was given again, in seconds. */
function ageOf(headers: Headers): number | undefined {
  return headers.get('x-result-cache') === 'hit' ? Number(headers.get('age')) || 0 : undefined;
}

function asQuery(query: Query | string): Query {
  return typeof query === 'string' ? { text: query } : query;
}
