import type { Module } from './module.js';

/** Names and values that tell one time series from another: `{ __name__: 'up', job: 'prometheus' }`. */
export type Labels = Record<string, string>;

/** One time series. A scalar is a series without labels. */
export interface Series {
  /** What the series is of. */
  labels: Labels;
  /** Seconds since 1970, ascending. */
  times: Float64Array;
  /** One value for each time. NaN and the infinities are values. */
  values: Float64Array;
}

/** What a source answered in its own language. */
export interface DirectResult {
  /** The server's name for the query. */
  id: string;
  /** The server's session; empty when it has none. */
  session: string;
  /** `matrix`, `vector` or `scalar`. */
  type: string;
  /** The time series; exactly one sample each for `vector` and `scalar`. */
  series: Series[];
}

/** Where the samples lie, see bindings/kept.hpp. */
export interface DirectResultDescription {
  handle: number;
  id: string;
  session: string;
  type: string;
  series: { labels: Labels; samples: number; count: number }[];
}

/** Copies the samples out of WebAssembly memory, which is freed. */
export function timeSeries(module: Module, { handle, series, ...rest }: DirectResultDescription): DirectResult {
  try {
    return {
      ...rest,
      series: series.map(({ labels, samples, count }) => {
        const pairs = new Float64Array(module.buffer, samples, 2 * count);
        const times = new Float64Array(count);
        const values = new Float64Array(count);
        for (let i = 0; i < count; ++i) {
          times[i] = pairs[2 * i]!;
          values[i] = pairs[2 * i + 1]!;
        }
        return { labels, times, values };
      }),
    };
  } finally {
    module.release(handle);
  }
}
