import { useCallback, useLayoutEffect, useState, type RefObject } from 'react';

/**
 * Browsers stop laying out boxes at about 17.9 million pixels (Firefox) or 33.5 million (Chromium). Above this height the canvas stays as high
 * as it is and a scrolled pixel stands for more than one.
 */
const maximumCanvas = 15_000_000;

/** Rows drawn beyond each edge, so that a fast scroll does not show a gap. */
const overscan = 8;

export interface RowWindow {
  /** Height of the box that is scrolled, without the header. */
  canvasHeight: number;
  /** First row drawn, and one past the last. */
  first: number;
  end: number;
  /** The most rows that are drawn at once: no two that are drawn have the same remainder by it. */
  drawn: number;
  /** Where the first row drawn stands in the canvas. */
  offset: number;
  /** Whole rows that fit between header and lower edge. */
  rowsInView: number;
  /** Pixels to the left of what is in view, and its width. */
  left: number;
  width: number;
  /** Scrolls as little as needed to show a row in full. */
  reveal: (row: number) => void;
}

interface Options {
  scroller: RefObject<HTMLElement | null>;
  rowCount: number;
  rowHeight: number;
  headerHeight: number;
}

/**
 * Which of many rows of one height are in view. Costs O(rows in view) of time and memory, whatever the number of rows: nothing is measured or
 * kept per row.
 */
export function useRowWindow({ scroller, rowCount, rowHeight, headerHeight }: Options): RowWindow {
  const [{ top, height, left, width }, setView] = useState({ top: 0, height: 0, left: 0, width: 0 });

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const read = () => {
      const next = { top: element.scrollTop, height: element.clientHeight, left: element.scrollLeft, width: element.clientWidth };
      const same = (before: typeof next) =>
        before.top === next.top && before.height === next.height && before.left === next.left && before.width === next.width;
      setView((before) => (same(before) ? before : next));
    };
    read();
    const resized = new ResizeObserver(read);
    resized.observe(element);
    element.addEventListener('scroll', read, { passive: true });
    return () => {
      resized.disconnect();
      element.removeEventListener('scroll', read);
    };
  }, [scroller]);

  const viewport = Math.max(0, height - headerHeight);
  const fullHeight = rowCount * rowHeight;
  const canvasHeight = Math.min(fullHeight, maximumCanvas);
  // One scrolled pixel is `scale` pixels of rows; both ends of the scroll bar are both ends of the rows.
  const scale = fullHeight > canvasHeight ? (fullHeight - viewport) / (canvasHeight - viewport) : 1;
  const rowsTop = top * scale;
  const first = Math.min(rowCount, Math.max(0, Math.floor(rowsTop / rowHeight) - overscan));
  const end = Math.min(rowCount, Math.ceil((rowsTop + viewport) / rowHeight) + overscan);

  const reveal = useCallback(
    (row: number) => {
      const element = scroller.current;
      if (element === null) return;
      const shownFrom = element.scrollTop * scale;
      const from = row * rowHeight;
      const to = from + rowHeight;
      if (from < shownFrom) element.scrollTop = from / scale;
      else if (to > shownFrom + viewport) element.scrollTop = (to - viewport) / scale;
    },
    [scroller, scale, rowHeight, viewport],
  );

  return {
    canvasHeight,
    first,
    end,
    drawn: Math.ceil(viewport / rowHeight) + 2 * overscan + 2,
    offset: top - rowsTop + first * rowHeight,
    rowsInView: Math.max(1, Math.floor(viewport / rowHeight)),
    left,
    width,
    reveal,
  };
}
