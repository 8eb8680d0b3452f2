export interface CellPosition {
  /** Place among the rows that are shown; -1 for the heading. */
  row: number;
  column: number;
}

interface Extent {
  rows: number;
  columns: number;
  /** Rows that a page key moves by. */
  page: number;
}

interface Key {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
}

/** Where a key of the ARIA grid pattern leads; undefined for every other key. */
export function moveCell({ key, ctrlKey, metaKey }: Key, { row, column }: CellPosition, extent: Extent): CellPosition | undefined {
  if (extent.columns === 0) return undefined;
  const far = ctrlKey || metaKey;
  const to = (nextRow: number, nextColumn: number): CellPosition => ({
    row: Math.min(extent.rows - 1, Math.max(-1, nextRow)),
    column: Math.min(extent.columns - 1, Math.max(0, nextColumn)),
  });
  switch (key) {
    case 'ArrowUp':
      return to(far ? 0 : row - 1, column);
    case 'ArrowDown':
      return to(far ? extent.rows - 1 : row + 1, column);
    case 'ArrowLeft':
      return to(row, far ? 0 : column - 1);
    case 'ArrowRight':
      return to(row, far ? extent.columns - 1 : column + 1);
    case 'PageUp':
      return to(row - extent.page, column);
    case 'PageDown':
      return to(row + extent.page, column);
    case 'Home':
      return to(far ? 0 : row, 0);
    case 'End':
      return to(far ? extent.rows - 1 : row, extent.columns - 1);
    default:
      return undefined;
  }
}
