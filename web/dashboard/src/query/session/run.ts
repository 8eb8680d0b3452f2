import type { ResultSet } from 'datasource-sdk';

export interface Finished {
  statement: string;
  /** On the clock of performance.now(); tells one run from the next. */
  startedAt: number;
  result: ResultSet;
  milliseconds: number;
}

/** One run of a statement, from start to outcome. */
export type Run =
  | { state: 'idle' }
  /** `previous` stays on the screen until this run has an outcome. */
  | { state: 'running'; startedAt: number; previous: Finished | undefined }
  | ({ state: 'done' } & Finished)
  | { state: 'failed'; error: unknown; milliseconds: number }
  | { state: 'cancelled'; milliseconds: number };

export const idle: Run = { state: 'idle' };

export function finishedOf(run: Run): Finished | undefined {
  if (run.state === 'done') return run;
  return run.state === 'running' ? run.previous : undefined;
}
