import { columnOf, type Column, type ColumnDescription } from './column.js';
import { ResultMemory } from './memory.js';
import type { Module } from './module.js';
import { dispose } from './symbols.js';

export type Value = bigint | boolean | number | string | null;
/** A row by column name. Of columns of the same name the last one counts. */
export type Row = Record<string, Value>;

/** Where a result lies, see bindings/result_json.hpp. */
export interface ResultDescription {
  handle: number;
  rowCount: number;
  columns: ColumnDescription[];
}

/**
 * A statement's result: columns of equal length, in WebAssembly memory. Rows are made from them when they are asked
 * for.
 */
export class ResultSet {
  readonly rowCount: number;
  readonly columns: readonly Column[];
  readonly #memory: ResultMemory;
  readonly #define: boolean;

  /** @internal */
  constructor(memory: ResultMemory, { rowCount, columns }: ResultDescription) {
    this.rowCount = rowCount;
    this.columns = Object.freeze(columns.map((column) => columnOf(memory, column, rowCount)));
    this.#memory = memory;
    this.#define = columns.some(({ name }) => name === '__proto__');
  }

  /** The first column of that name. */
  column(name: string): Column | undefined {
    return this.columns.find((column) => column.name === name);
  }

  /** One row. */
  row(index: number): Row {
    const row: Row = {};
    for (const column of this.columns) {
      const value = column.get(index);
      if (this.#define) {
        // An assignment to __proto__ would not make a member.
        Object.defineProperty(row, column.name, { value, enumerable: true, configurable: true, writable: true });
      } else {
        row[column.name] = value;
      }
    }
    return row;
  }

  /** The rows one after the other, each made when its turn comes: `for (const { id, name } of result.rows())`. */
  *rows(): Generator<Row, void, undefined> {
    for (let index = 0; index < this.rowCount; ++index) yield this.row(index);
  }

  /** Frees the memory at once; afterwards reading values throws. A second call does nothing. */
  dispose(): void {
    this.#memory.dispose();
  }

  [dispose](): void {
    this.dispose();
  }
}

export function resultSet(module: Module, description: ResultDescription): ResultSet {
  return new ResultSet(new ResultMemory(module, description.handle), description);
}
