import { useState } from 'react';

/** The first of many, and more on request, so many at a `step`: thousands at once would take seconds to lay out. */
export function useSome<T>(all: readonly T[], step = 100): { some: readonly T[]; more: number; showMore: () => void } {
  const [steps, setSteps] = useState(1);
  const most = steps * step;
  const some = all.length <= most ? all : all.slice(0, most);
  return { some, more: Math.min(step, all.length - some.length), showMore: () => setSteps(steps + 1) };
}
