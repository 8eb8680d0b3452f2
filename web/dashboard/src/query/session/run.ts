import type { ResultSet } from 'datasource-sdk';

/** Why a result does not hold all rows. */
export type Cut = { by: 'cancel' } | { by: 'failure'; error: unknown };

export interface Finished {
  statement: string;
  /** On the clock of performance.now(); tells one run from the next. */
  startedAt: number;
  result: ResultSet;
  milliseconds: number;
  /** Absent: these are all rows. */
  cut?: Cut;
}

/** Of the reply that is on its way. */
export interface Received {
  bytes: number;
  /** As far as the gateway says. */
  total: number | undefined;
  rows: number;
}

/** Rows that are there while others still come: `result` grows, and this many of them are shown. */
export interface Arrived {
  result: ResultSet;
  rowCount: number;
}

/** One run of a statement, from start to outcome. */
export type Run =
  | { state: 'idle' }
  /**
   * `previous` stays on the screen until rows of this run are there. `received` changes without a new state: whoever shows it looks again and
   * again.
   */
  | { state: 'running'; startedAt: number; previous: Finished | undefined; arrived: Arrived | undefined; received: Received }
  | ({ state: 'done' } & Finished)
  | { state: 'failed'; error: unknown; milliseconds: number }
  | { state: 'cancelled'; milliseconds: number };

export const idle: Run = { state: 'idle' };

export function finishedOf(run: Run): Finished | undefined {
  if (run.state === 'done') return run;
  return run.state === 'running' ? run.previous : undefined;
}

/** The rows on the screen. */
export interface Shown {
  /** Of the run that they are of. */
  startedAt: number;
  result: ResultSet;
  rowCount: number;
  /** More rows come. */
  growing: boolean;
  cut: Cut | undefined;
}

export function shownOf(run: Run): Shown | undefined {
  if (run.state === 'running' && run.arrived !== undefined) return { startedAt: run.startedAt, ...run.arrived, growing: true, cut: undefined };
  const finished = finishedOf(run);
  if (finished === undefined) return undefined;
  const { startedAt, result, cut } = finished;
  return { startedAt, result, rowCount: result.rowCount, growing: false, cut };
}
