import { useCallback, useState } from 'react';

import type { Shown } from '../session/run';

/** A state that starts anew with every result. */
export function useOf<T>(shown: Shown | undefined, initial: T) {
  const of = shown?.startedAt;
  const [state, setState] = useState({ of, value: initial });
  const value = state.of === of ? state.value : initial;
  return [value, useCallback((next: T) => setState({ of, value: next }), [of])] as const;
}
