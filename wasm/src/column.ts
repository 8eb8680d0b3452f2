import type { ResultLayout, ResultMemory } from './memory.js';

/** What a column's values are in JavaScript. */
export interface ColumnForm<Values, Value> {
  /** All of them: {@link ColumnOf.values}. */
  values: Values;
  /** One of them: {@link ColumnOf.get}. */
  value: Value;
}

/** What each column type is in JavaScript. */
export interface ColumnTypes {
  /** `values` holds 0 and 1. */
  boolean: ColumnForm<Uint8Array, boolean>;
  /** 8 bits. */
  byte: ColumnForm<Int8Array, number>;
  /** 16 bits. */
  short: ColumnForm<Int16Array, number>;
  /** 32 bits. */
  integer: ColumnForm<Int32Array, number>;
  /** 64 bits. */
  long: ColumnForm<BigInt64Array, bigint>;
  /** 64 bits without a sign. */
  unsigned_long: ColumnForm<BigUint64Array, bigint>;
  /** 32 bits. */
  float: ColumnForm<Float32Array, number>;
  /** 64 bits. */
  double: ColumnForm<Float64Array, number>;
  /** Exact decimal digits. */
  decimal: ColumnForm<string[], string>;
  /** Text that is matched whole. */
  keyword: ColumnForm<string[], string>;
  /** Text. */
  text: ColumnForm<string[], string>;
  /** An IPv4 or IPv6 address. */
  ip: ColumnForm<string[], string>;
  /** `2024-01-31` */
  date: ColumnForm<string[], string>;
  /** `10:11:12[.ffffff]` */
  time: ColumnForm<string[], string>;
  /** `2024-01-31 10:11:12[.ffffff]`, UTC */
  timestamp: ColumnForm<string[], string>;
  /** A span of time, as the server writes it. */
  interval: ColumnForm<string[], string>;
  /** Base64 */
  binary: ColumnForm<string[], string>;
  /** JSON text. */
  object: ColumnForm<string[], string>;
  /** JSON text. */
  nested: ColumnForm<string[], string>;
  /** JSON text. */
  array: ColumnForm<string[], string>;
  /** JSON text. */
  geo_point: ColumnForm<string[], string>;
  /** The server names no type, or one that is not known here. */
  undefined: ColumnForm<string[], string>;
}

/** The types that a column may have. */
export type ColumnType = keyof ColumnTypes;

/** One column of a result. */
export interface ColumnOf<T extends ColumnType> {
  /** The alias where the statement gave one. */
  readonly name: string;
  /** Tells columns apart, see {@link ColumnTypes}. */
  readonly type: T;
  /**
   * All values. Numbers and booleans are a view of WebAssembly memory, without a copy: read them at once, since the
   * next operation may grow the memory, which empties older views; asking again gives a fresh one. Texts are decoded at
   * the first use and kept. A null has a zero or an empty text in its place.
   */
  readonly values: ColumnTypes[T]['values'];
  /**
   * Bit `row % 8` of byte `row / 8` is 1 for a value and 0 for a null; null when there are no nulls. A view, as
   * `values`.
   */
  readonly valid: Uint8Array | null;
  /** How many values are null. */
  readonly nullCount: number;
  /** Whether the row has no value here. Throws a RangeError for a row that there is not. */
  isNull(row: number): boolean;
  /** One value; null where there is none. A text is decoded anew each time. */
  get(row: number): ColumnTypes[T]['value'] | null;
}

/** A column of any type; `type` tells them apart. */
export type Column = { [T in ColumnType]: ColumnOf<T> }[ColumnType];

/** Where a column's buffers lie, see bindings/kept.hpp. */
export interface ColumnLayout {
  name: string;
  type: ColumnType;
  values: number;
  offsets?: number;
  validity: number;
  nullCount: number;
}

type Numbers =
  Uint8Array | Int8Array | Int16Array | Int32Array | BigInt64Array | BigUint64Array | Float32Array | Float64Array;
type ViewOf<V> = new (buffer: ArrayBuffer, address: number, length: number) => V;

const numberViews: Partial<Record<ColumnType, ViewOf<Numbers>>> = {
  boolean: Uint8Array,
  byte: Int8Array,
  short: Int16Array,
  integer: Int32Array,
  long: BigInt64Array,
  unsigned_long: BigUint64Array,
  float: Float32Array,
  double: Float64Array,
};

/** Where a view of a result lies now, and its length. */
type Place = (layout: ResultLayout) => readonly [address: number, length: number];

/** A view of memory that makes itself anew when the memory has grown, or the result. */
class View<V extends Numbers> {
  readonly #memory: ResultMemory;
  readonly #kind: ViewOf<V>;
  readonly #place: Place;
  #layout: ResultLayout | undefined;
  #length = 0;
  #last: V | undefined;

  constructor(memory: ResultMemory, kind: ViewOf<V>, place: Place) {
    this.#memory = memory;
    this.#kind = kind;
    this.#place = place;
  }

  /** Growth of the memory detaches a view, which then has the length 0. */
  get now(): V {
    const last = this.#last;
    const layout = this.#memory.layout;
    if (last !== undefined && layout === this.#layout && last.length === this.#length && !this.#memory.disposed)
      return last;
    const { buffer } = this.#memory;
    const [address, length] = this.#place(layout);
    this.#layout = layout;
    this.#length = length;
    return (this.#last = this.#memory.keptBy(new this.#kind(buffer, address, length)));
  }
}

abstract class AnyColumn {
  readonly name: string;
  readonly type: ColumnType;
  protected readonly memory: ResultMemory;
  protected readonly index: number;
  readonly #valid: View<Uint8Array>;

  constructor(memory: ResultMemory, index: number) {
    const { name, type } = memory.layout.columns[index]!;
    this.name = name;
    this.type = type;
    this.memory = memory;
    this.index = index;
    this.#valid = this.view(Uint8Array, ({ validity }, rows) => [validity, Math.ceil(rows / 8)]);
  }

  get nullCount(): number {
    return this.memory.layout.columns[this.index]?.nullCount ?? 0;
  }

  get valid(): Uint8Array | null {
    return this.nullCount === 0 ? null : this.#valid.now;
  }

  isNull(row: number): boolean {
    const { rowCount } = this.memory.layout;
    if (!(row >= 0 && row < rowCount)) throw new RangeError(`there is no row ${row}; the result has ${rowCount}`);
    return this.nullCount !== 0 && ((this.#valid.now[row >>> 3]! >>> (row & 7)) & 1) === 0;
  }

  protected view<V extends Numbers>(
    kind: ViewOf<V>,
    place: (column: ColumnLayout, rowCount: number) => readonly [address: number, length: number],
  ): View<V> {
    return new View(this.memory, kind, ({ columns, rowCount }) => place(columns[this.index]!, rowCount));
  }
}

class NumberColumn extends AnyColumn {
  readonly #view: View<Numbers>;
  readonly #boolean: boolean;

  constructor(memory: ResultMemory, index: number, kind: ViewOf<Numbers>) {
    super(memory, index);
    this.#view = this.view(kind, ({ values }, rows) => [values, rows]);
    this.#boolean = this.type === 'boolean';
  }

  get values(): Numbers {
    return this.#view.now;
  }

  get(row: number): number | bigint | boolean | null {
    const values = this.#view.now;
    if (this.isNull(row)) return null;
    return this.#boolean ? values[row] === 1 : values[row]!;
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const rowsPerBlock = 65_536;
/** Up to this many bytes, adding character by character beats a call of the decoder. */
const shortText = 24;

class TextColumn extends AnyColumn {
  readonly #offsets: View<Uint32Array & Numbers>;
  readonly #bytes: View<Uint8Array>;
  #values: string[] | undefined;

  constructor(memory: ResultMemory, index: number) {
    super(memory, index);
    this.#offsets = this.view(Uint32Array as unknown as ViewOf<Uint32Array & Numbers>, ({ offsets }, rows) => [
      offsets!,
      rows + 1,
    ]);
    this.#bytes = this.view(Uint8Array, ({ values }, rows) => [values, this.#offsets.now[rows]!]);
  }

  get values(): string[] {
    const offsets = this.#offsets.now;
    return (this.#values ??= this.memory.keptUntilDisposed(
      this.#decodeAll(offsets),
      () => (this.#values = undefined),
    ));
  }

  get(row: number): string | null {
    const offsets = this.#offsets.now;
    if (this.isNull(row)) return null;
    return decode(this.#bytes.now, offsets[row]!, offsets[row + 1]!);
  }

  /** A block of rows is decoded at once; when it is ASCII, as most are, its texts are cut out of that. */
  #decodeAll(offsets: Uint32Array): string[] {
    const bytes = this.#bytes.now;
    const rowCount = offsets.length - 1;
    const values = new Array<string>(rowCount);
    for (let first = 0; first < rowCount; first += rowsPerBlock) {
      const last = Math.min(first + rowsPerBlock, rowCount);
      const start = offsets[first]!;
      const size = offsets[last]! - start;
      const block = size > 1 << 26 ? '' : decoder.decode(bytes.subarray(start, start + size));
      const ascii = block.length === size;
      for (let row = first; row < last; ++row) {
        const from = offsets[row]!;
        const to = offsets[row + 1]!;
        values[row] = ascii ? block.slice(from - start, to - start) : decode(bytes, from, to);
      }
    }
    return values;
  }
}

function decode(bytes: Uint8Array, start: number, end: number): string {
  if (end - start <= shortText) {
    let text = '';
    for (let at = start; at < end; ++at) {
      const byte = bytes[at]!;
      if (byte > 0x7f) return decoder.decode(bytes.subarray(start, end));
      text += String.fromCharCode(byte);
    }
    return text;
  }
  return decoder.decode(bytes.subarray(start, end));
}

/** The columns of a result. */
export function columnsOf(memory: ResultMemory): Column[] {
  return memory.layout.columns.map(({ type }, index) => {
    const kind = numberViews[type];
    return (kind ? new NumberColumn(memory, index, kind) : new TextColumn(memory, index)) as unknown as Column;
  });
}
