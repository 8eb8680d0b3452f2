import type { ColumnLayout } from './column.js';
import type { Module } from './module.js';

const finalizers = new FinalizationRegistry<() => void>((free) => free());
/** A view keeps its result's memory from being freed. */
const owners = new WeakMap<object, ResultMemory>();

/** Where a result's columns lie, see bindings/kept.hpp. */
export interface ResultLayout {
  rowCount: number;
  columns: ColumnLayout[];
}

/** The same of a result that JavaScript keeps. */
export interface ResultDescription extends ResultLayout {
  handle: number;
}

/**
 * The part of WebAssembly memory that holds one result, freed by `dispose()` or when nothing reads it any more. While
 * the rows still come it is their operation's.
 */
export class ResultMemory {
  readonly #module: Module;
  #layout: ResultLayout | (() => ResultLayout);
  #handle = 0;
  #free: (() => void) | undefined;
  readonly #caches: (() => void)[] = [];
  #disposed = false;

  /** @param layout That of a result, or what gives it as long as rows come: then `grow` and `settle` follow. */
  constructor(module: Module, layout: ResultDescription | (() => ResultLayout)) {
    this.#module = module;
    this.#layout = layout;
    if (typeof layout !== 'function') this.settle(layout);
  }

  /** Another object each time that the columns have moved. */
  get layout(): ResultLayout {
    if (typeof this.#layout === 'function') this.#layout = this.#layout();
    return this.#layout;
  }

  /** More rows have come. */
  grow(layout: () => ResultLayout): void {
    this.#layout = layout;
    this.#forget();
  }

  /** No more rows come; these are kept, until they are disposed of. */
  settle(description: ResultDescription): void {
    const { handle } = description;
    const module = this.#module;
    this.#layout = description;
    this.#handle = handle;
    this.#free = () => module.release(handle);
    this.#forget();
    if (this.#disposed) this.#free();
    else finalizers.register(this, this.#free, this);
  }

  get disposed(): boolean {
    return this.#disposed;
  }

  /** The memory as it is now. Throws after `dispose()`. */
  get buffer(): ArrayBuffer {
    this.#mustBeThere();
    return this.#module.buffer;
  }

  /** The result as text. Throws after `dispose()`. */
  csv(separator: string, guardFormulas: boolean): string {
    this.#mustBeThere();
    return this.#module.csv(this.#handle, separator, guardFormulas);
  }
  jdbc(): string {
    this.#mustBeThere();
    return this.#module.jdbc(this.#handle);
  }

  /** Marks that `view` looks into this memory, so that the garbage collector frees it only after the view. */
  keptBy<V extends object>(view: V): V {
    owners.set(view, this);
    return view;
  }

  /** Notes a cache that goes when the memory goes. */
  keptUntilDisposed<C>(cache: C, forget: () => void): C {
    this.#caches.push(forget);
    return cache;
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    finalizers.unregister(this);
    // As it stands, for there is nothing to ask any more.
    if (typeof this.#layout === 'function') this.#layout = { rowCount: 0, columns: [] };
    this.#forget();
    this.#free?.();
  }

  #forget(): void {
    for (const forget of this.#caches.splice(0)) forget();
  }

  #mustBeThere(): void {
    if (this.#disposed) throw new Error('the result was disposed of; its values can no longer be read');
  }
}
