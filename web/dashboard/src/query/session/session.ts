import { createContext, use } from 'react';

import type { Run } from './run';
import type { QueryTab } from './tabs';

export interface QuerySession {
  tabs: readonly QueryTab[];
  active: QueryTab;
  /** The newest run of the active tab. */
  run: Run;
  runOf: (tab: QueryTab) => Run;
  /** Replaces the text of the active tab. */
  setText: (text: string) => void;
  /** Gives the first tab its text, unless it has one by now. */
  begin: (text: string) => void;
  /** Shows a statement: where it is open already, in an empty tab, or in a new one. */
  open: (text: string, from?: 'link') => void;
  openEmpty: () => void;
  select: (id: string) => void;
  close: (id: string) => void;
  /** Runs a statement in the active tab; `fresh`: past what the gateway keeps of earlier runs. */
  execute: (statement: string, how?: { fresh?: boolean }) => void;
  cancel: () => void;
}

export const QuerySessionContext = createContext<QuerySession | null>(null);

/** The statements being written and their runs. They live above the pages, so that a look at the sources loses nothing. */
export function useQuerySession(): QuerySession {
  const session = use(QuerySessionContext);
  if (session === null) throw new Error('useQuerySession outside QuerySessionProvider');
  return session;
}
