import { ResultMemory, type ResultDescription } from './memory.js';
import type { Module, Operation } from './module.js';
import { resultSet, ResultSet } from './result.js';

/** The result of one statement, while its rows come. */
export class GrowingResult {
  readonly #operation: Operation;
  readonly #module: Module;
  readonly #onRows: (rows: ResultSet) => void;
  #memory: ResultMemory | undefined;
  #rows: ResultSet | undefined;
  #count = 0;
  /** See {@link ResultSet.cacheAge}; known before the first row. */
  cacheAge: number | undefined;

  constructor(operation: Operation, module: Module, onRows: (rows: ResultSet) => void) {
    this.#operation = operation;
    this.#module = module;
    this.#onRows = onRows;
  }

  /** More of the reply has come. */
  advance(): void {
    const count = this.#operation.rows();
    if (count === this.#count) return;
    this.#count = count;
    const { rowsLayout } = this.#operation;
    if (this.#memory) this.#memory.grow(rowsLayout);
    else this.#rows = new ResultSet((this.#memory = new ResultMemory(this.#module, rowsLayout)), this.cacheAge);
    this.#onRows(this.#rows!);
  }

  /** All rows are there: the same result, unless a column turned out to be of another type. */
  settle(description: ResultDescription): ResultSet {
    const rows = this.#rows;
    if (rows && description.columns.every(({ type }, index) => type === rows.columns[index]?.type)) {
      this.#memory!.settle(description);
      return rows;
    }
    rows?.dispose();
    return resultSet(this.#module, description, this.cacheAge);
  }

  /** No more rows come: those that have stay. */
  giveUp(): void {
    if (this.#module.broken) this.#rows?.dispose();
    else this.#memory?.settle(this.#operation.takeRows());
  }
}
