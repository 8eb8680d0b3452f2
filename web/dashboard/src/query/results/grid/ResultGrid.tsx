import { VisuallyHidden } from '@mantine/core';
import type { ResultSet } from 'datasource-sdk';
import { useCallback, useId, useMemo, useRef, useState, type CSSProperties, type KeyboardEvent } from 'react';

import { localZone } from '../../../format/time';
import { shownText } from '../value';
import type { RowOrder, Sorting } from '../rows/order';
import { columnsInView } from './columnWindow';
import { columnWidth, draggedLimits, measureText, typeLabel } from './columnWidth';
import { Heading } from './Heading';
import { moveCell, type CellPosition } from './moveCell';
import classes from './ResultGrid.module.css';
import { ResultRow } from './ResultRow';
import { useRowWindow } from './useRowWindow';

const rowHeight = 28;
const headerHeight = 42;
const fontSize = 13;

interface Props {
  result: ResultSet;
  /** Rows that it has; more come when it is growing. */
  rowCount: number;
  growing: boolean;
  /** Which rows are shown, and in which order; null: all, as they came. */
  order: RowOrder | null;
  sorting: Sorting | null;
  onSort: (sorting: Sorting | null) => void;
  /** Shows a cell in full. */
  onOpen: (cell: CellPosition) => void;
  /** The active cell has moved. */
  onMove: (cell: CellPosition) => void;
}

/** The rows of a result. Only those in view are in the document, so that a million scroll as ten do. */
export function ResultGrid({ result, rowCount: allRows, growing, order, sorting, onSort, onOpen, onMove }: Props) {
  const { columns } = result;
  const rowCount = order?.length ?? allRows;
  const rowAt = (place: number) => (order === null ? place : (order[place] ?? 0));
  const scroller = useRef<HTMLDivElement>(null);
  const view = useRowWindow({ scroller, rowCount, rowHeight, headerHeight });
  const [picked, setActive] = useState<CellPosition>({ row: 0, column: 0 });
  // Fewer rows may be left than there were.
  const active = { row: Math.min(picked.row, rowCount - 1), column: picked.column };
  const id = useId();
  const [dragged, setDragged] = useState<ReadonlyMap<number, number>>(new Map());

  // While rows come the first ones decide, so that columns do not move under the reader's eyes.
  const measuredRows = growing ? Math.min(allRows, 100) : allRows;
  const digits = Math.max(String(allRows).length, growing ? 6 : 0);
  const layout = useMemo(() => {
    const gutter = Math.max(40, digits * 7 + 20);
    const measure = measureText(fontSize);
    const widths = columns.map((column, index) => dragged.get(index) ?? columnWidth(column, measuredRows, typeLabel(column, localZone), measure));
    return {
      total: gutter + widths.reduce((sum, width) => sum + width, 0),
      gutter,
      // A last track without content takes what is left of the width.
      template: `${gutter}px ${widths.map((width) => `${width}px`).join(' ')} 1fr`,
      starts: widths.map((_, index) => gutter + widths.slice(0, index).reduce((sum, width) => sum + width, 0)),
      widths,
    };
  }, [columns, measuredRows, digits, dragged]);

  const [firstColumn, endColumn] = columnsInView(layout.starts, view.left, view.width);

  const reveal = (cell: CellPosition) => {
    if (cell.row >= 0) view.reveal(cell.row);
    const element = scroller.current;
    const start = layout.starts[cell.column];
    const width = layout.widths[cell.column];
    if (element === null || start === undefined || width === undefined) return;
    if (start - layout.gutter < element.scrollLeft) element.scrollLeft = start - layout.gutter;
    else if (start + width > element.scrollLeft + element.clientWidth) element.scrollLeft = start + width - element.clientWidth;
  };

  const pick = useCallback(
    (cell: CellPosition) => {
      setActive(cell);
      onMove(cell);
    },
    [onMove],
  );

  const resize = (index: number, by: number) => {
    const width = (layout.widths[index] ?? 0) + by;
    setDragged((before) => new Map(before).set(index, Math.min(draggedLimits.max, Math.max(draggedLimits.min, width))));
  };

  /** Rows are put in order when all are there. */
  const sort = (column: number) => {
    if (!growing) onSort(nextSorting(sorting, column));
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (active.row < 0 && event.shiftKey && (event.key === 'ArrowLeft' || event.key === 'ArrowRight')) {
      event.preventDefault();
      resize(active.column, event.key === 'ArrowLeft' ? -24 : 24);
      return;
    }
    const column = columns[active.column];
    if (event.key.toLowerCase() === 'c' && (event.ctrlKey || event.metaKey) && column !== undefined) {
      // Text that was marked with the pointer is copied by the browser.
      if (!window.getSelection()?.isCollapsed) return;
      event.preventDefault();
      void navigator.clipboard?.writeText(active.row < 0 ? column.name : (shownText(column, rowAt(active.row)) ?? ''));
      return;
    }
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      if (active.row < 0) sort(active.column);
      else onOpen(active);
      return;
    }
    const next = moveCell(event, active, { rows: rowCount, columns: columns.length, page: view.rowsInView });
    if (next === undefined) return;
    event.preventDefault();
    pick(next);
    reveal(next);
  };

  const rows = [];
  for (let place = view.first; place < view.end; place += 1) {
    rows.push(
      <ResultRow
        // A row that leaves at one edge lends its elements to the one that comes at the other.
        key={place % view.drawn}
        id={id}
        columns={columns}
        firstColumn={firstColumn}
        endColumn={endColumn}
        row={rowAt(place)}
        place={place}
        activeColumn={place === active.row ? active.column : undefined}
        onPick={pick}
        onOpen={onOpen}
      />,
    );
  }

  const style = { '--columns': layout.template, '--row': `${rowHeight}px`, '--head': `${headerHeight}px`, fontSize } as CSSProperties;
  return (
    <div
      ref={scroller}
      className={classes.grid}
      style={style}
      role="grid"
      aria-label="Results"
      aria-rowcount={rowCount + 1}
      aria-colcount={columns.length + 1}
      aria-activedescendant={`${id}-${active.row}-${active.column}`}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div className={classes.canvas} style={{ height: headerHeight + view.canvasHeight, minWidth: layout.total }} role="presentation">
        <div className={classes.head} role="row" aria-rowindex={1}>
          <span className={classes.gutter} role="columnheader" aria-colindex={1}>
            <VisuallyHidden>Row</VisuallyHidden>
          </span>
          {columns.slice(firstColumn, endColumn).map((column, drawn) => {
            const index = firstColumn + drawn;
            return (
              <Heading
                key={`${index}:${column.name}`}
                id={`${id}--1-${index}`}
                column={column}
                index={index}
                first={drawn === 0}
                active={active.row === -1 && active.column === index}
                sorting={sorting}
                onSort={() => {
                  setActive({ row: -1, column: index });
                  sort(index);
                }}
                onResize={(by) => resize(index, by)}
              />
            );
          })}
        </div>
        <div className={classes.rows} style={{ transform: `translateY(${view.offset}px)` }} role="rowgroup">
          {rows}
        </div>
      </div>
    </div>
  );
}

/** Up, down, and as it came. */
function nextSorting(sorting: Sorting | null, column: number): Sorting | null {
  if (sorting?.column !== column) return { column, descending: false };
  return sorting.descending ? null : { column, descending: true };
}
