import { useMemo, type ReactNode } from 'react';

import { idle } from './run';
import { QuerySessionContext, type QuerySession } from './session';
import { useRuns } from './useRuns';
import { useTabs } from './useTabs';

export function QuerySessionProvider({ children }: { children: ReactNode }) {
  const { tabs, activeId, setText, begin, open, openEmpty, select, close, seen } = useTabs();
  const ids = useMemo(() => tabs.map(({ id }) => id), [tabs]);
  const { runs, execute, cancel } = useRuns(ids);

  const session = useMemo((): QuerySession => {
    const active = tabs.find(({ id }) => id === activeId) ?? tabs[0];
    if (active === undefined) throw new Error('there is no tab');
    return {
      tabs,
      active,
      run: runs.get(active.id) ?? idle,
      runOf: ({ id }) => runs.get(id) ?? idle,
      setText,
      begin,
      open,
      openEmpty,
      select,
      close,
      execute: (statement, { fresh = false } = {}) => {
        if (active.linked) seen(active.id);
        execute(active.id, statement, fresh);
      },
      cancel: () => cancel(active.id),
    };
  }, [tabs, activeId, runs, setText, begin, open, openEmpty, select, close, seen, execute, cancel]);
  return <QuerySessionContext value={session}>{children}</QuerySessionContext>;
}
