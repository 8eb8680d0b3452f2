import type { ResultSet } from 'datasource-sdk';
import { memo } from 'react';

import { exactText, isNumeric, isStructured, shownText } from '../value';
import { isCode } from './columnWidth';
import type { CellPosition } from './moveCell';
import classes from './ResultGrid.module.css';

interface Props {
  /** Prefix of the cells' ids, by which the grid names the active one. */
  id: string;
  columns: ResultSet['columns'];
  /** The columns that are drawn: from the first to before the end. */
  firstColumn: number;
  endColumn: number;
  row: number;
  /** Its place among the rows that are shown. */
  place: number;
  activeColumn: number | undefined;
  onPick: (cell: CellPosition) => void;
  /** Shows a cell in full. */
  onOpen: (cell: CellPosition) => void;
}

export const ResultRow = memo(function ResultRow({ id, columns, firstColumn, endColumn, row, place, activeColumn, onPick, onOpen }: Props) {
  return (
    <div className={classes.row} role="row" aria-rowindex={place + 2}>
      <span className={classes.gutter} role="rowheader" aria-colindex={1}>
        {row + 1}
      </span>
      {columns.slice(firstColumn, endColumn).map((column, drawn) => {
        const index = firstColumn + drawn;
        const text = shownText(column, row);
        const unfolds = text !== null && isStructured(column);
        return (
          <span
            key={index}
            style={drawn === 0 ? { gridColumnStart: index + 2 } : undefined}
            id={`${id}-${place}-${index}`}
            className={classes.cell}
            role="gridcell"
            aria-colindex={index + 2}
            aria-selected={activeColumn === index}
            data-numeric={isNumeric(column) || undefined}
            data-code={isCode(column) || undefined}
            data-value={text === null ? 'null' : text === '' ? 'empty' : undefined}
            title={hover(column, row, text)}
            onMouseDown={(event) => {
              // A double click opens the cell; it need not mark its text as well.
              if (event.detail > 1) event.preventDefault();
              onPick({ row: place, column: index });
            }}
            onDoubleClick={() => onOpen({ row: place, column: index })}
          >
            {/* By keyboard the grid opens its active cell. */}
            {unfolds ? <span className={classes.unfold} aria-hidden onClick={() => onOpen({ row: place, column: index })} /> : null}
            {text === null ? 'NULL' : text === '' ? 'empty' : text}
          </span>
        );
      })}
    </div>
  );
});

/** What a cell says when it is pointed at: a moment in UTC, or a text that may be cut off. */
function hover(column: ResultSet['columns'][number], row: number, text: string | null): string | undefined {
  if (text === null) return undefined;
  if (column.type === 'timestamp') return `${exactText(column, row) ?? ''} UTC`;
  return text.length > 40 ? text.slice(0, 2_000) : undefined;
}
