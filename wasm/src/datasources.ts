import type { Call } from './exchange.js';
import { plainSource } from './connectors.js';
import type { Acknowledgement, DataSource, DataSourceInput, OperationOptions, TestReport } from './types.js';

type Run = <T>(call: Call, options?: OperationOptions) => Promise<T>;

/** The data sources that are registered with the server. */
export class DataSources {
  readonly #run: Run;

  /** @internal */
  constructor(run: Run) {
    this.#run = run;
  }

  /** All of them, by name, secrets masked. */
  list(options?: OperationOptions): Promise<DataSource[]> {
    return this.#run({ operation: 'list' }, options);
  }

  /** Rejects with kind `not_found` when there is none of that name. */
  get(name: string, options?: OperationOptions): Promise<DataSource> {
    return this.#run({ operation: 'get', name }, options);
  }

  /**
   * Registers a source. Rules are checked before anything is sent; a broken one rejects with kind `invalid` and
   * all `violations`.
   */
  create(source: DataSourceInput, options?: OperationOptions): Promise<Acknowledgement> {
    return this.#run({ operation: 'create', source: plainSource(source) }, options);
  }

  /** Replaces a source whole, credentials included; a password of `******` keeps the stored one. */
  update(source: DataSourceInput, options?: OperationOptions): Promise<Acknowledgement> {
    return this.#run({ operation: 'update', source: plainSource(source) }, options);
  }

  /** Removes a source for good. */
  delete(name: string, options?: OperationOptions): Promise<Acknowledgement> {
    return this.#run({ operation: 'delete', name }, options);
  }

  /**
   * Tests the connection of a stored source by its name, or of one that need not be stored. A test that fails is
   * a report, not an error.
   */
  test(source: string | DataSourceInput, options?: OperationOptions): Promise<TestReport> {
    const call =
      typeof source === 'string'
        ? { operation: 'test', name: source }
        : { operation: 'test_source', source: plainSource(source) };
    return this.#run(call, options);
  }
}
