import type { Column } from 'datasource-sdk';

import { localZone } from '../../../format/time';
import type { Sorting } from '../rows/order';
import { isNumeric } from '../value';
import { typeLabel } from './columnWidth';
import classes from './ResultGrid.module.css';

interface Props {
  id: string;
  column: Column;
  /** Its place among the columns of the result. */
  index: number;
  /** The first one that is drawn: the others stand beside it. */
  first: boolean;
  active: boolean;
  sorting: Sorting | null;
  onSort: () => void;
  /** Pixels by which the column grows. */
  onResize: (by: number) => void;
}

/** A column's name and type. By keyboard the grid sorts and widens its active column. */
export function Heading({ id, column, index, first, active, sorting, onSort, onResize }: Props) {
  const type = typeLabel(column, localZone);
  return (
    <span
      id={id}
      className={classes.heading}
      style={first ? { gridColumnStart: index + 2 } : undefined}
      role="columnheader"
      aria-colindex={index + 2}
      aria-sort={sorting?.column !== index ? 'none' : sorting.descending ? 'descending' : 'ascending'}
      aria-selected={active}
      data-numeric={isNumeric(column) || undefined}
      title={`${column.name} (${type}). Click to sort, drag its edge to widen.`}
      onClick={onSort}
    >
      <span className={classes.column}>{column.name}</span>
      <span className={classes.type}>{type}</span>
      <span
        className={classes.edge}
        aria-hidden
        onClick={(event) => event.stopPropagation()}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={(event) => {
          if (event.currentTarget.hasPointerCapture(event.pointerId)) onResize(event.movementX);
        }}
      />
    </span>
  );
}
