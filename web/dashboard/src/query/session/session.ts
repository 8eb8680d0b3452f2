import { createContext, use } from 'react';

import type { Run } from './run';

export interface QuerySession {
  /** The editor's text; undefined until the first visit has decided what it starts with. */
  text: string | undefined;
  setText: (text: string) => void;
  run: Run;
  execute: (statement: string) => void;
  cancel: () => void;
}

export const QuerySessionContext = createContext<QuerySession | null>(null);

/** The statement being written and its run. They live above the pages, so that a look at the sources loses nothing. */
export function useQuerySession(): QuerySession {
  const session = use(QuerySessionContext);
  if (session === null) throw new Error('useQuerySession outside QuerySessionProvider');
  return session;
}
