import { useCallback, useState } from 'react';

import type { Finished } from '../session/run';

/** A state that starts anew with every result. */
export function useOf<T>(finished: Finished | undefined, initial: T) {
  const of = finished?.startedAt;
  const [state, setState] = useState({ of, value: initial });
  const value = state.of === of ? state.value : initial;
  return [value, useCallback((next: T) => setState({ of, value: next }), [of])] as const;
}
