/** Pixels drawn beyond each edge, so that a fast scroll does not show a gap. */
const overscan = 400;
/** Fewer are all drawn. */
const few = 20;

/** Which of many columns are in view: the first one and one past the last. `starts` ascends. */
export function columnsInView(starts: readonly number[], left: number, width: number): readonly [first: number, end: number] {
  if (starts.length <= few) return [0, starts.length];
  const after = (edge: number) => {
    const index = starts.findIndex((start) => start > edge);
    return index < 0 ? starts.length : index;
  };
  return [Math.max(0, after(left - overscan) - 1), after(left + width + overscan)];
}
