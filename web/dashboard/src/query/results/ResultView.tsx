import { Text } from '@mantine/core';
import type { ResultSet } from 'datasource-sdk';
import { lazy, Suspense, useCallback, useRef, useState } from 'react';

import { PageSkeleton } from '../../components/PageSkeleton';
import { formatCount } from '../../format/count';
import { CellDetail } from './detail/CellDetail';
import type { CellPosition } from './grid/moveCell';
import { ResultGrid } from './grid/ResultGrid';
import classes from './Results.module.css';
import type { RowOrder, Sorting } from './rows/order';

const ChartView = lazy(() => import('./chart/ChartView'));

export type View = 'table' | 'chart';

interface Props {
  result: ResultSet;
  /** Rows of it that are shown: it may be growing. */
  rowCount: number;
  growing: boolean;
  view: View;
  order: RowOrder | null;
  sorting: Sorting | null;
  onSort: (sorting: Sorting | null) => void;
}

/** The rows of a result as a table, with one cell in full beside it, or as a chart. */
export function ResultView({ result, rowCount, growing, view, order, sorting, onSort }: Props) {
  const [shown, setShown] = useState<CellPosition | null>(null);
  const table = useRef<HTMLDivElement>(null);
  const close = () => {
    setShown(null);
    table.current?.querySelector<HTMLElement>('[role=grid]')?.focus();
  };
  // What is shown beside the table follows the active cell.
  const follow = useCallback((cell: CellPosition) => setShown((before) => (before === null ? null : cell)), []);

  // A chart is drawn when all its points are there.
  if (view === 'chart' && !growing) {
    return (
      <Suspense fallback={<PageSkeleton />}>
        <ChartView result={result} order={order} />
      </Suspense>
    );
  }
  const column = shown === null || shown.row < 0 || shown.row >= (order?.length ?? rowCount) ? undefined : result.columns[shown.column];
  return (
    <div className={classes.split} data-detail={column !== undefined || undefined}>
      <div ref={table} className={classes.table}>
        <ResultGrid result={result} rowCount={rowCount} growing={growing} order={order} sorting={sorting} onSort={onSort} onOpen={setShown} onMove={follow} />
        {rowCount === 0 ? (
          <Text className={classes.none} role="status">
            No rows. The statement ran, and nothing matches it.
          </Text>
        ) : order?.length === 0 ? (
          <Text className={classes.none} role="status">
            None of the {formatCount(rowCount, 'row')} has these words.
          </Text>
        ) : null}
      </div>
      {shown === null || column === undefined ? null : <CellDetail column={column} row={order === null ? shown.row : (order[shown.row] ?? 0)} onClose={close} />}
    </div>
  );
}
