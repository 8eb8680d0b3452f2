import { useState } from 'react';

const step = 100;

/** The first of many, and more on request: thousands at once would take seconds to lay out. */
export function useSome<T>(all: readonly T[]): { some: readonly T[]; more: number; showMore: () => void } {
  const [most, setMost] = useState(step);
  const some = all.length <= most ? all : all.slice(0, most);
  return { some, more: Math.min(step, all.length - some.length), showMore: () => setMost(most + step) };
}
