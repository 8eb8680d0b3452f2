import { plainSource } from './connectors.js';
import type { Runner } from './runner.js';
import type {
  Acknowledgement,
  Credentials,
  DataSource,
  DataSourceChanges,
  DataSourceInput,
  OperationOptions,
  PollOptions,
  PropertyValue,
  SchemaOptions,
  SchemaPage,
  TestReport,
  WriteOptions,
} from './types.js';

/** The data sources that are registered with the server. */
export class DataSources {
  readonly #runner: Runner;

  /** @internal */
  constructor(runner: Runner) {
    this.#runner = runner;
  }

  /** All of them, secrets masked; by name, but for an OpenSearch, which has no order. */
  list(options?: OperationOptions): Promise<DataSource[]> {
    return this.#runner.run({ operation: 'list' }, options);
  }

  /** Rejects with kind `not_found` when there is none of that name. */
  get(name: string, options?: OperationOptions): Promise<DataSource> {
    return this.#runner.run({ operation: 'get', name }, options);
  }

  /**
   * Registers a source. Rules are checked before anything is sent; a broken one rejects with kind `invalid` and
   * all `violations`.
   */
  create(source: DataSourceInput, options?: OperationOptions): Promise<Acknowledgement> {
    return this.#runner.run({ operation: 'create', source: plainSource(source) }, options);
  }

  /**
   * Replaces a source whole, credentials included; a password of `******` keeps the stored one. With
   * `{ ifMatch: source.etag }` only when nobody else changed it since it was read.
   */
  update(source: DataSourceInput, options?: WriteOptions): Promise<Acknowledgement> {
    return this.#runner.run({ operation: 'update', source: plainSource(source), ifMatch: options?.ifMatch }, options);
  }

  /**
   * Changes what is named and keeps the rest, secrets included; properties are merged. A secret that is not named is
   * kept only while the source reaches the same server as the same user.
   */
  patch(name: string, changes: DataSourceChanges, options?: WriteOptions): Promise<Acknowledgement> {
    return this.#runner.run({ operation: 'patch', name, changes, ifMatch: options?.ifMatch }, options);
  }

  /** Removes a source for good. */
  delete(name: string, options?: WriteOptions): Promise<Acknowledgement> {
    return this.#runner.run({ operation: 'delete', name, ifMatch: options?.ifMatch }, options);
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
    return this.#runner.run(call, options);
  }

  /** A page of what a source holds: its schemas, tables and columns. */
  schema(name: string, wanted?: SchemaOptions, options?: OperationOptions): Promise<SchemaPage> {
    return this.#runner.run({ operation: 'schema', name, wanted }, options);
  }

  /**
   * Replaces username and password of a source and keeps all else. Not for an OpenSearch, whose credentials are
   * properties.
   */
  rotate(name: string, credentials: Credentials, options?: OperationOptions): Promise<Acknowledgement> {
    return this.#runner.run({ operation: 'rotate', name, credentials }, options);
  }

  /**
   * Replaces secrets that are properties, such as `prometheus.auth.password`, and keeps all else; status and result
   * index are read first, so that a disabled source stays so.
   */
  rotateProperties(
    name: string,
    properties: Record<string, PropertyValue>,
    options?: OperationOptions,
  ): Promise<Acknowledgement> {
    return this.#runner.run({ operation: 'rotate_properties', name, changes: { properties } }, options);
  }

  /**
   * Waits until a source that was written can be read, and gives it: an OpenSearch shows a write about a second after
   * it acknowledged it.
   *
   * @param options `shows`: what the source is to say, such as `{ description: 'new' }`; without it, its presence is
   * enough. `poll`: how often to ask, and for how long; rejects with kind `timeout` after 15 seconds unless told.
   */
  waitUntilVisible(
    name: string,
    options?: OperationOptions & { poll?: PollOptions; shows?: Partial<DataSource> },
  ): Promise<DataSource> {
    const { poll, shows } = options ?? {};
    return this.#runner.run({ operation: 'visible', name, poll, shows }, options);
  }

  /** Waits until a source that was removed can no longer be read; as {@link DataSources.waitUntilVisible}. */
  async waitUntilGone(name: string, options?: OperationOptions & { poll?: PollOptions }): Promise<void> {
    await this.#runner.run({ operation: 'gone', name, poll: options?.poll }, options);
  }
}
