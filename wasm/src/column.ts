import type { ResultMemory } from './memory.js';

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

/** A view of memory that makes itself anew when the memory has grown. */
class View<V extends Numbers> {
  readonly #memory: ResultMemory;
  readonly #kind: ViewOf<V>;
  readonly #address: number;
  readonly #length: number;
  #last: V | undefined;

  constructor(memory: ResultMemory, kind: ViewOf<V>, address: number, length: number) {
    this.#memory = memory;
    this.#kind = kind;
    this.#address = address;
    this.#length = length;
  }

  /** Growth of the memory detaches a view, which then has the length 0. */
  get now(): V {
    const last = this.#last;
    if (last !== undefined && last.length === this.#length && !this.#memory.disposed) return last;
    return (this.#last = this.#memory.keptBy(new this.#kind(this.#memory.buffer, this.#address, this.#length)));
  }
}

abstract class AnyColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullCount: number;
  protected readonly rowCount: number;
  readonly #valid: View<Uint8Array> | null;

  constructor(memory: ResultMemory, { name, type, nullCount, validity }: ColumnLayout, rowCount: number) {
    this.name = name;
    this.type = type;
    this.nullCount = nullCount;
    this.rowCount = rowCount;
    this.#valid = nullCount === 0 ? null : new View(memory, Uint8Array, validity, Math.ceil(rowCount / 8));
  }

  get valid(): Uint8Array | null {
    return this.#valid && this.#valid.now;
  }

  isNull(row: number): boolean {
    if (!(row >= 0 && row < this.rowCount))
      throw new RangeError(`there is no row ${row}; the result has ${this.rowCount}`);
    return this.#valid !== null && ((this.#valid.now[row >>> 3]! >>> (row & 7)) & 1) === 0;
  }
}

class NumberColumn extends AnyColumn {
  readonly #view: View<Numbers>;
  readonly #boolean: boolean;

  constructor(memory: ResultMemory, description: ColumnLayout, rowCount: number, kind: ViewOf<Numbers>) {
    super(memory, description, rowCount);
    this.#view = new View(memory, kind, description.values, rowCount);
    this.#boolean = description.type === 'boolean';
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
  readonly #memory: ResultMemory;
  readonly #offsets: View<Uint32Array & Numbers>;
  readonly #address: number;
  #bytes: View<Uint8Array> | undefined;
  #values: string[] | undefined;

  constructor(memory: ResultMemory, description: ColumnLayout, rowCount: number) {
    super(memory, description, rowCount);
    this.#memory = memory;
    this.#address = description.values;
    this.#offsets = new View(
      memory,
      Uint32Array as unknown as ViewOf<Uint32Array & Numbers>,
      description.offsets!,
      rowCount + 1,
    );
  }

  get values(): string[] {
    const offsets = this.#offsets.now;
    return (this.#values ??= this.#memory.keptUntilDisposed(
      this.#decodeAll(offsets),
      () => (this.#values = undefined),
    ));
  }

  get(row: number): string | null {
    const offsets = this.#offsets.now;
    if (this.isNull(row)) return null;
    return decode(this.#allBytes(offsets), offsets[row]!, offsets[row + 1]!);
  }

  #allBytes(offsets: Uint32Array): Uint8Array {
    this.#bytes ??= new View(this.#memory, Uint8Array, this.#address, offsets[this.rowCount]!);
    return this.#bytes.now;
  }

  /** A block of rows is decoded at once; when it is ASCII, as most are, its texts are cut out of that. */
  #decodeAll(offsets: Uint32Array): string[] {
    const bytes = this.#allBytes(offsets);
    const values = new Array<string>(this.rowCount);
    for (let first = 0; first < this.rowCount; first += rowsPerBlock) {
      const last = Math.min(first + rowsPerBlock, this.rowCount);
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

/** The column that a description speaks of. */
export function columnOf(memory: ResultMemory, description: ColumnLayout, rowCount: number): Column {
  const kind = numberViews[description.type];
  const column = kind
    ? new NumberColumn(memory, description, rowCount, kind)
    : new TextColumn(memory, description, rowCount);
  return column as unknown as Column;
}
