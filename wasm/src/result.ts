import { columnsOf, type Column } from './column.js';
import { ResultMemory, type ResultDescription } from './memory.js';
import type { Module } from './module.js';
import { dispose } from './symbols.js';

/** One value as JavaScript has it. */
export type Value = bigint | boolean | number | string | null;
/** A row by column name. Of columns of the same name the last one counts. */
export type Row = Record<string, Value>;

/** How {@link ResultSet.toCSV} writes. */
export interface CsvOptions {
  /** One ASCII character between the cells. Absent: a comma. `|` gives the server's format `raw`. */
  separator?: string;
  /**
   * Puts a `'` before texts and names that begin with `=`, `+`, `-` or `@`, which spreadsheets would run as formulas.
   * Changes the data, so it is asked for; numbers are left alone.
   */
  guardFormulas?: boolean;
}

/**
 * A statement's result: columns of equal length, in WebAssembly memory. Rows are made from them when they are asked
 * for.
 */
export class ResultSet {
  /** One for each column of the statement, in its order. */
  readonly columns: readonly Column[];
  /**
   * How many seconds ago the statement ran, when the server gave an earlier reply again; undefined when it ran for this
   * result. `cacheControl: 'no-cache'` runs it.
   */
  readonly cacheAge: number | undefined;
  readonly #memory: ResultMemory;
  readonly #define: boolean;

  /** @internal */
  constructor(memory: ResultMemory, cacheAge?: number) {
    this.cacheAge = cacheAge;
    this.columns = Object.freeze(columnsOf(memory));
    this.#memory = memory;
    this.#define = this.columns.some(({ name }) => name === '__proto__');
  }

  /** How many rows there are. */
  get rowCount(): number {
    return this.#memory.layout.rowCount;
  }

  /** Whether it was disposed of. */
  get disposed(): boolean {
    return this.#memory.disposed;
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

  /**
   * The result as the server's format `csv` has it: a row of names, then the rows, `\n` between them and none at the
   * end. A null is an empty cell, and so is an empty text; nested values are their JSON text.
   */
  toCSV({ separator = ',', guardFormulas = false }: CsvOptions = {}): string {
    if (!/^[^"\r\n]$/.test(separator) || separator.charCodeAt(0) > 0x7f)
      throw new RangeError('the separator is one ASCII character and neither a quote nor a line break');
    return this.#memory.csv(separator, guardFormulas);
  }

  /**
   * The result as the server sends it, `{"schema":[…],"datarows":[…],…}`: JSON whose 64-bit integers and decimals keep
   * all their digits. `JSON.parse` rounds those; read the columns instead where that matters.
   */
  toJDBC(): string {
    return this.#memory.jdbc();
  }

  /** Frees the memory at once; afterwards reading values throws. A second call does nothing. */
  dispose(): void {
    this.#memory.dispose();
  }

  /** As {@link ResultSet.dispose}, at the end of `using`. */
  [dispose](): void {
    this.dispose();
  }
}

export function resultSet(module: Module, description: ResultDescription, cacheAge?: number): ResultSet {
  return new ResultSet(new ResultMemory(module, description), cacheAge);
}
