import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo, useRef, useState, type ReactNode } from 'react';

import { useClient } from '../../sdk/client';
import { isCancelled } from '../../sdk/failure';
import { noteFailure } from '../../sdk/queryClient';
import { loadText, saveText } from './draft';
import { finishedOf, type Run } from './run';
import { QuerySessionContext } from './session';

export function QuerySessionProvider({ children }: { children: ReactNode }) {
  const client = useClient();
  const queries = useQueryClient();
  const [text, setTextState] = useState(loadText);
  const [run, setRun] = useState<Run>({ state: 'idle' });
  const latest = useRef(run);
  const controller = useRef<AbortController | null>(null);

  const setText = useCallback((next: string) => {
    setTextState(next);
    saveText(next);
  }, []);

  const execute = useCallback(
    (statement: string) => {
      if (statement.trim() === '') return;
      controller.current?.abort();
      const own = new AbortController();
      controller.current = own;
      const move = (next: Run) => {
        latest.current = next;
        setRun(next);
      };
      const previous = finishedOf(latest.current);
      const startedAt = performance.now();
      move({ state: 'running', startedAt, previous });

      client.sql(statement, { signal: own.signal }).then(
        (result) => {
          // A newer run has taken the place of this one.
          if (controller.current !== own) {
            result.dispose();
            return;
          }
          move({ state: 'done', statement, startedAt, result, milliseconds: performance.now() - startedAt });
          previous?.result.dispose();
        },
        (error: unknown) => {
          if (controller.current !== own) return;
          noteFailure(queries, error);
          const milliseconds = performance.now() - startedAt;
          move(isCancelled(error) ? { state: 'cancelled', milliseconds } : { state: 'failed', error, milliseconds });
          previous?.result.dispose();
        },
      );
    },
    [client, queries],
  );

  const cancel = useCallback(() => controller.current?.abort(), []);

  const session = useMemo(() => ({ text, setText, run, execute, cancel }), [text, setText, run, execute, cancel]);
  return <QuerySessionContext value={session}>{children}</QuerySessionContext>;
}
