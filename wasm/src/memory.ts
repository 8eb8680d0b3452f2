import type { Module } from './module.js';

const finalizers = new FinalizationRegistry<() => void>((free) => free());
/** A view keeps its result's memory from being freed. */
const owners = new WeakMap<object, ResultMemory>();

/** The part of WebAssembly memory that holds one result, freed by `dispose()` or when nothing reads it any more. */
export class ResultMemory {
  readonly #module: Module;
  readonly #handle: number;
  readonly #free: () => void;
  readonly #caches: (() => void)[] = [];
  #disposed = false;

  constructor(module: Module, handle: number) {
    this.#module = module;
    this.#handle = handle;
    this.#free = () => module.release(handle);
    finalizers.register(this, this.#free, this);
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
    for (const forget of this.#caches) forget();
    this.#free();
  }

  #mustBeThere(): void {
    if (this.#disposed) throw new Error('the result was disposed of; its values can no longer be read');
  }
}
