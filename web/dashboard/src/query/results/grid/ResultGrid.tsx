import { VisuallyHidden } from '@mantine/core';
import type { ResultSet } from 'datasource-sdk';
import { useCallback, useId, useMemo, useRef, useState, type CSSProperties, type KeyboardEvent } from 'react';

import { localZone } from '../../../format/time';
import { isNumeric, shownText } from '../value';
import { columnWidth, measureText, typeLabel } from './columnWidth';
import { moveCell, type CellPosition } from './moveCell';
import classes from './ResultGrid.module.css';
import { ResultRow } from './ResultRow';
import { useRowWindow } from './useRowWindow';

const rowHeight = 28;
const headerHeight = 42;
const fontSize = 13;

interface Props {
  result: ResultSet;
  /** Shows a cell in full. */
  onOpen: (cell: CellPosition) => void;
  /** The active cell has moved. */
  onMove: (cell: CellPosition) => void;
}

/** The rows of a result. Only those in view are in the document, so that a million scroll as ten do. */
export function ResultGrid({ result, onOpen, onMove }: Props) {
  const { columns, rowCount } = result;
  const scroller = useRef<HTMLDivElement>(null);
  const view = useRowWindow({ scroller, rowCount, rowHeight, headerHeight });
  const [active, setActive] = useState<CellPosition>({ row: 0, column: 0 });
  const id = useId();

  const layout = useMemo(() => {
    const gutter = Math.max(40, String(rowCount).length * 7 + 20);
    const measure = measureText(fontSize);
    const widths = columns.map((column) => columnWidth(column, rowCount, typeLabel(column, localZone), measure));
    return {
      total: gutter + widths.reduce((sum, width) => sum + width, 0),
      gutter,
      // A last track without content takes what is left of the width.
      template: `${gutter}px ${widths.map((width) => `${width}px`).join(' ')} 1fr`,
      starts: widths.map((_, index) => gutter + widths.slice(0, index).reduce((sum, width) => sum + width, 0)),
      widths,
    };
  }, [columns, rowCount]);

  const reveal = (cell: CellPosition) => {
    view.reveal(cell.row);
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

  const onKeyDown = (event: KeyboardEvent) => {
    const column = columns[active.column];
    if (event.key.toLowerCase() === 'c' && (event.ctrlKey || event.metaKey) && column !== undefined) {
      // Text that was marked with the pointer is copied by the browser.
      if (!window.getSelection()?.isCollapsed) return;
      event.preventDefault();
      void navigator.clipboard?.writeText(shownText(column, active.row) ?? '');
      return;
    }
    if ((event.key === 'Enter' || event.key === ' ') && rowCount > 0) {
      event.preventDefault();
      onOpen(active);
      return;
    }
    const next = moveCell(event, active, { rows: rowCount, columns: columns.length, page: view.rowsInView });
    if (next === undefined) return;
    event.preventDefault();
    pick(next);
    reveal(next);
  };

  const rows = [];
  for (let row = view.first; row < view.end; row += 1) {
    rows.push(
      <ResultRow
        // A row that leaves at one edge lends its elements to the one that comes at the other.
        key={row % view.drawn}
        id={id}
        columns={columns}
        row={row}
        activeColumn={row === active.row ? active.column : undefined}
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
      aria-activedescendant={rowCount > 0 ? `${id}-${active.row}-${active.column}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div className={classes.canvas} style={{ height: headerHeight + view.canvasHeight, minWidth: layout.total }} role="presentation">
        <div className={classes.head} role="row" aria-rowindex={1}>
          <span className={classes.gutter} role="columnheader" aria-colindex={1}>
            <VisuallyHidden>Row</VisuallyHidden>
          </span>
          {columns.map((column, index) => (
            <span
              key={`${index}:${column.name}`}
              className={classes.heading}
              role="columnheader"
              aria-colindex={index + 2}
              data-numeric={isNumeric(column) || undefined}
              title={`${column.name} (${typeLabel(column, localZone)})`}
            >
              <span className={classes.column}>{column.name}</span>
              <span className={classes.type}>{typeLabel(column, localZone)}</span>
            </span>
          ))}
        </div>
        <div className={classes.rows} style={{ transform: `translateY(${view.offset}px)` }} role="rowgroup">
          {rows}
        </div>
      </div>
    </div>
  );
}
