import type { ResultSet } from 'datasource-sdk';
import { memo } from 'react';

import { cellText, isNumeric, isStructured } from './cell';
import type { CellPosition } from './moveCell';
import classes from './ResultGrid.module.css';

interface Props {
  /** Prefix of the cells' ids, by which the grid names the active one. */
  id: string;
  columns: ResultSet['columns'];
  row: number;
  activeColumn: number | undefined;
  onPick: (cell: CellPosition) => void;
}

export const ResultRow = memo(function ResultRow({ id, columns, row, activeColumn, onPick }: Props) {
  return (
    <div className={classes.row} role="row" aria-rowindex={row + 2} data-odd={row % 2 === 1 || undefined}>
      <span className={classes.gutter} role="rowheader" aria-colindex={1}>
        {row + 1}
      </span>
      {columns.map((column, index) => {
        const text = cellText(column, row);
        return (
          <span
            key={index}
            id={`${id}-${row}-${index}`}
            className={classes.cell}
            role="gridcell"
            aria-colindex={index + 2}
            aria-selected={activeColumn === index}
            data-numeric={isNumeric(column) || undefined}
            data-structured={isStructured(column) || undefined}
            data-value={text === null ? 'null' : text === '' ? 'empty' : undefined}
            title={text !== null && text.length > 40 ? text : undefined}
            onMouseDown={() => onPick({ row, column: index })}
          >
            {text === null ? 'NULL' : text === '' ? 'empty' : text}
          </span>
        );
      })}
    </div>
  );
});
