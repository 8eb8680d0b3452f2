import type { ResultSet } from 'datasource-sdk';

export interface Finished {
  statement: string;
  /** On the clock of performance.now(); tells one run from the next. */
  startedAt: number;
  result: ResultSet;
  milliseconds: number;
}

/** Of the reply that is on its way. */
export interface Received {
  bytes: number;
  /** As far as the gateway says. */
  total: number | undefined;
}

/** One run of a statement, from start to outcome. */
export type Run =
  | { state: 'idle' }
  /** `previous` stays on the screen until this run has an outcome. `received` changes without a new state: whoever shows it looks again and again. */
  | { state: 'running'; startedAt: number; previous: Finished | undefined; received: Received }
  | ({ state: 'done' } & Finished)
  | { state: 'failed'; error: unknown; milliseconds: number }
  | { state: 'cancelled'; milliseconds: number };

export const idle: Run = { state: 'idle' };

export function finishedOf(run: Run): Finished | undefined {
  if (run.state === 'done') return run;
  return run.state === 'running' ? run.previous : undefined;
}
