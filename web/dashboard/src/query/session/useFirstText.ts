import { useEffect } from 'react';

import { hasSamples, sampleJoin } from '../sql/sample';
import type { QuerySession } from './session';

/** Decides once what the editor starts with: the ready join when the samples are there, else nothing. */
export function useFirstText(names: readonly string[] | undefined, failed: boolean, { active, begin }: QuerySession): void {
  const samples = names === undefined ? undefined : hasSamples(names);
  const undecided = active.text === undefined;
  useEffect(() => {
    if (!undecided || (samples === undefined && !failed)) return;
    begin(samples === true ? sampleJoin : '');
  }, [undecided, samples, failed, begin]);
}
