import { useQueryClient } from '@tanstack/react-query';
import type { Progress, ResultSet } from 'datasource-sdk';
import { useCallback, useEffect, useRef, useState } from 'react';

import { useClient } from '../../sdk/client';
import { isCancelled } from '../../sdk/failure';
import { noteFailure } from '../../sdk/queryClient';
import { noteRun } from '../history/history';
import { finishedOf, idle, type Cut, type Received, type Run } from './run';

/** Rows of a result that stays on the screen while the next one comes. */
const mostKept = 100_000;

/** Milliseconds until the first rows of a run are shown, if there are more to come, and from then on between two looks. */
const showAfter = 150;
const showEvery = 250;

/** The newest run of each tab. A tab that is closed ends its run and frees its result. */
export function useRuns(tabIds: readonly string[]) {
  const client = useClient();
  const queries = useQueryClient();
  const [runs, setRuns] = useState<ReadonlyMap<string, Run>>(new Map());
  const latest = useRef(new Map<string, Run>());
  // Results that are on the screen no more once the newest state is: not before may they be freed.
  const retired = useRef<ResultSet[]>([]);
  useEffect(() => {
    for (const result of retired.current.splice(0)) result.dispose();
  }, [runs]);
  const controllers = useRef(new Map<string, AbortController>());

  const execute = useCallback(
    (tab: string, statement: string, fresh: boolean) => {
      if (statement.trim() === '') return;
      controllers.current.get(tab)?.abort();
      const own = new AbortController();
      controllers.current.set(tab, own);
      const isNewest = () => controllers.current.get(tab) === own;
      const move = (next: Run) => {
        latest.current.set(tab, next);
        setRuns(new Map(latest.current));
      };
      let previous = finishedOf(latest.current.get(tab) ?? idle);
      if (previous !== undefined && previous.result.rowCount > mostKept) {
        // Two large results at a time are more than a browser's tab should take.
        retired.current.push(previous.result);
        previous = undefined;
      }
      const startedAt = performance.now();
      const at = Date.now();
      const received: Received = { bytes: 0, total: undefined, rows: 0 };
      move({ state: 'running', startedAt, previous, arrived: undefined, received });

      const retirePrevious = () => {
        if (previous !== undefined) retired.current.push(previous.result);
        previous = undefined;
      };
      const onProgress = ({ bytesReceived, bytesTotal }: Progress) => {
        received.bytes = bytesReceived;
        received.total = bytesTotal;
      };
      let growing: ResultSet | undefined;
      let look: ReturnType<typeof setTimeout> | undefined;
      let nextLook = startedAt + showAfter;
      const show = (rows: ResultSet) => {
        look = undefined;
        nextLook = performance.now() + showEvery;
        if (!isNewest()) return;
        retirePrevious();
        move({ state: 'running', startedAt, previous: undefined, arrived: { result: rows, rowCount: rows.rowCount }, received });
      };
      const onRows = (rows: ResultSet) => {
        growing = rows;
        received.rows = rows.rowCount;
        look ??= setTimeout(show, Math.max(0, nextLook - performance.now()), rows);
      };
      client.sql(statement, { signal: own.signal, onProgress, onRows, cacheControl: fresh ? 'no-cache' : undefined }).then(
        (result) => {
          clearTimeout(look);
          // A newer run has taken the place of this one, or its tab is closed.
          if (!isNewest()) {
            retired.current.push(result);
            return;
          }
          const milliseconds = performance.now() - startedAt;
          noteRun({ statement, at, milliseconds, outcome: 'done', rows: result.rowCount });
          retirePrevious();
          move({ state: 'done', statement, startedAt, result, milliseconds });
        },
        (error: unknown) => {
          clearTimeout(look);
          if (!isNewest()) {
            if (growing !== undefined) retired.current.push(growing);
            return;
          }
          noteFailure(queries, error);
          const milliseconds = performance.now() - startedAt;
          const cancelled = isCancelled(error);
          noteRun({ statement, at, milliseconds, outcome: cancelled ? 'cancelled' : 'failed' });
          retirePrevious();
          if (growing !== undefined && !growing.disposed) {
            // Who waited for these rows may still want them.
            const cut: Cut = cancelled ? { by: 'cancel' } : { by: 'failure', error };
            move({ state: 'done', statement, startedAt, result: growing, milliseconds, cut });
          } else {
            move(cancelled ? { state: 'cancelled', milliseconds } : { state: 'failed', error, milliseconds });
          }
        },
      );
    },
    [client, queries],
  );

  const cancel = useCallback((tab: string) => controllers.current.get(tab)?.abort(), []);

  useEffect(() => {
    const gone = [...latest.current.keys()].filter((id) => !tabIds.includes(id));
    if (gone.length === 0) return;
    for (const id of gone) {
      const controller = controllers.current.get(id);
      controllers.current.delete(id);
      controller?.abort();
      finishedOf(latest.current.get(id) ?? idle)?.result.dispose();
      latest.current.delete(id);
    }
    setRuns(new Map(latest.current));
  }, [tabIds]);

  return { runs, execute, cancel };
}
