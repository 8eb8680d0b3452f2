import type { ResultSet } from 'datasource-sdk';
import { useDeferredValue, useEffect, useState } from 'react';

import { filterRows, sortRows, type RowOrder, type Sorting } from './order';
import { Turns } from './turns';

export interface ResultRows {
  /** Null: all rows, in the order in which they came. */
  order: RowOrder | null;
  /** The share that is done of what is under way; null when the order is what was asked for. */
  pending: number | null;
}

const natural: ResultRows = { order: null, pending: null };

/** The rows that have the words, by the column. What was shown stays until the new order is there. */
export function useRowOrder(result: ResultSet | undefined, words: string, sorting: Sorting | null): ResultRows {
  const [rows, setRows] = useState<ResultRows & { of: ResultSet | undefined }>({ ...natural, of: undefined });
  const wanted = useDeferredValue(words.trim());
  useEffect(() => {
    if (result === undefined || (wanted === '' && sorting === null)) {
      setRows({ ...natural, of: result });
      return;
    }
    const stop = new AbortController();
    const turns = new Turns(stop.signal, (pending) => setRows((before) => ({ ...(before.of === result ? before : natural), of: result, pending })));
    const work = async () => {
      const found = wanted === '' ? null : await filterRows(result, wanted, turns);
      const order = sorting === null ? found : await sortRows(result, found, sorting, turns);
      if (!stop.signal.aborted) setRows({ of: result, order, pending: null });
    };
    // It was stopped, or another result has taken the place of this one: then nobody waits for it.
    work().catch(() => undefined);
    return () => stop.abort();
  }, [result, wanted, sorting]);
  return rows.of === result ? rows : natural;
}
