import { Text } from '@mantine/core';
import type { ResultSet } from 'datasource-sdk';
import { lazy, Suspense, useCallback, useRef, useState } from 'react';

import { PageSkeleton } from '../../components/PageSkeleton';
import { CellDetail } from './detail/CellDetail';
import type { CellPosition } from './grid/moveCell';
import { ResultGrid } from './grid/ResultGrid';
import classes from './Results.module.css';

const ChartView = lazy(() => import('./chart/ChartView'));

export type View = 'table' | 'chart';

/** The rows of a result as a table, with one cell in full beside it, or as a chart. */
export function ResultView({ result, view }: { result: ResultSet; view: View }) {
  const [shown, setShown] = useState<CellPosition | null>(null);
  const table = useRef<HTMLDivElement>(null);
  const close = () => {
    setShown(null);
    table.current?.querySelector<HTMLElement>('[role=grid]')?.focus();
  };
  // What is shown beside the table follows the active cell.
  const follow = useCallback((cell: CellPosition) => setShown((before) => (before === null ? null : cell)), []);

  if (view === 'chart') {
    return (
      <Suspense fallback={<PageSkeleton />}>
        <ChartView result={result} />
      </Suspense>
    );
  }
  const column = shown === null ? undefined : result.columns[shown.column];
  return (
    <div className={classes.split} data-detail={column !== undefined || undefined}>
      <div ref={table} className={classes.table}>
        <ResultGrid result={result} onOpen={setShown} onMove={follow} />
        {result.rowCount === 0 ? (
          <Text className={classes.none} role="status">
            No rows. The statement ran, and nothing matches it.
          </Text>
        ) : null}
      </div>
      {shown === null || column === undefined ? null : <CellDetail column={column} row={shown.row} onClose={close} />}
    </div>
  );
}
