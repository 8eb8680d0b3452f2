/** Milliseconds of work before the page gets its turn: less than a frame. */
const turn = 10;

/** Long work in short turns, so that the page stays usable, with a way to stop it and to tell how far it is. */
export class Turns {
  readonly #signal: AbortSignal;
  readonly #onProgress: (share: number) => void;
  #since = performance.now();

  constructor(signal: AbortSignal, onProgress: (share: number) => void) {
    this.#signal = signal;
    this.#onProgress = onProgress;
  }

  /** To be awaited every now and then. Rejects with the signal's reason once it is aborted. */
  async next(share: number): Promise<void> {
    this.#signal.throwIfAborted();
    if (performance.now() - this.#since < turn) return;
    this.#onProgress(share);
    await new Promise((resolve) => setTimeout(resolve));
    this.#signal.throwIfAborted();
    this.#since = performance.now();
  }
}
