import type { Call, Module, Operation } from './module.js';
import type { ResultDescription } from './memory.js';
import { resultSet, type ResultSet, type Row } from './result.js';
import type { Runner, Watch } from './runner.js';
import { asyncDispose } from './symbols.js';
import type { OperationOptions } from './types.js';

interface PageDescription extends ResultDescription {
  more: boolean;
}

/** How long the server may take to free a cursor. */
const closingTime = 5_000;

/**
 * A statement's rows, page by page as they are asked for.
 *
 * ```ts
 * for await (const page of client.pages({ text: 'select * from shop.orders', fetchSize: 1000 })) {
 *   console.log(page.rowCount);
 *   page.dispose();
 * }
 * ```
 *
 * A loop that is left early, by `break` or by an exception, frees the server's cursor; so do {@link Pages.close} and
 * the end of `await using`. A page that fails is the last: the iteration throws its error.
 */
export class Pages implements AsyncIterable<ResultSet> {
  readonly #runner: Runner;
  readonly #call: Call;
  readonly #options: OperationOptions | undefined;
  readonly #watch: Watch | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #paging: { operation: Operation; module: Module } | undefined;
  #finished = false;

  /** @internal */
  constructor(runner: Runner, call: Call, options?: OperationOptions, watch?: Watch) {
    this.#runner = runner;
    this.#call = call;
    this.#options = options;
    this.#watch = watch;
  }

  /** The next page, the caller's to dispose of; undefined after the last one. Nothing is sent before it is asked for. */
  next(): Promise<ResultSet | undefined> {
    return this.#afterwards(async () => {
      if (this.#finished) return undefined;
      try {
        this.#paging ??= await this.#runner.begin(this.#call);
        const { operation, module } = this.#paging;
        const page = await this.#runner.drive<PageDescription>(operation, this.#options, this.#watch);
        const result = resultSet(module, page);
        if (!page.more) await this.#end();
        return result;
      } catch (error) {
        await this.#end();
        throw error;
      }
    });
  }

  /** Frees the server's cursor now, if one is open. There are no more pages afterwards. It never rejects. */
  close(): Promise<void> {
    return this.#afterwards(() => this.#end());
  }

  /** As {@link Pages.close}. */
  [asyncDispose](): Promise<void> {
    return this.close();
  }

  /** The pages, each the caller's to dispose of. A range that is walked once. */
  async *[Symbol.asyncIterator](): AsyncGenerator<ResultSet, void, undefined> {
    try {
      for (let page = await this.next(); page; page = await this.next()) yield page;
    } finally {
      await this.close();
    }
  }

  /** The rows of all pages, one after the other; each page is disposed of when its rows are read. */
  async *rows(): AsyncGenerator<Row, void, undefined> {
    for await (const page of this) {
      try {
        yield* page.rows();
      } finally {
        page.dispose();
      }
    }
  }

  /** One thing at a time: a page that is asked for while another is under way is the one behind it. */
  #afterwards<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #end(): Promise<void> {
    this.#finished = true;
    const operation = this.#paging?.operation;
    this.#paging = undefined;
    if (!operation) return;
    try {
      const closing = operation.closing();
      if (!closing) return;
      try {
        await this.#runner.driveLast(closing, closingTime);
      } finally {
        closing.free();
      }
    } catch {
      // The rows are read, or the error that counts is told; an open cursor ends by itself.
    } finally {
      operation.free();
    }
  }
}
