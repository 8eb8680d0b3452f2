import { validate, type Connector, type DataSourceInput, type Violation } from 'datasource-sdk';
import { useMemo, useState } from 'react';

import { sentence, violationsOf } from '../../sdk/failure';
import { commonPaths, emptyDraft, toDataSource, type Draft, type DraftValue } from './draft';

export interface SourceForm {
  draft: Draft;
  /** The data source as it would be sent now. */
  source: DataSourceInput;
  valid: boolean;
  set: (path: string, value: DraftValue) => void;
  /** What is wrong with a field, once it was touched. */
  errorAt: (path: string) => string | undefined;
  /** What is wrong and belongs to no field of the form. */
  otherErrors: readonly string[];
  /** Shows everything that is wrong. Returns the path of the first field to mend, if any. */
  reveal: () => string | undefined;
  /** Takes over the rules that the server says are broken, and returns the first field to mend; undefined when the error names none. */
  refuse: (error: unknown) => string | undefined;
}

/** State of the form: values, which fields were touched, and the rules of the SDK and of the server on them. */
export function useSourceForm(connector: Connector): SourceForm {
  const [draft, setDraft] = useState(() => emptyDraft(connector));
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [revealed, setRevealed] = useState(false);
  const [refused, setRefused] = useState<readonly Violation[]>([]);

  const source = useMemo(() => toDataSource(draft, connector), [draft, connector]);
  const violations = useMemo(() => validate(source), [source]);
  const paths = useMemo(() => [...commonPaths, ...connector.fields.map(({ path }) => path)], [connector]);

  const set = (path: string, value: DraftValue) => {
    setDraft((before) => ({ ...before, [path]: value }));
    setTouched((before) => (before.has(path) ? before : new Set(before).add(path)));
    setRefused((before) => before.filter(({ field }) => field !== path && paths.includes(field)));
  };

  const errorAt = (path: string) => {
    const broken = refused.find(({ field }) => field === path) ??
      (revealed || touched.has(path) ? violations.find(({ field }) => field === path) : undefined);
    return broken === undefined ? undefined : sentence(broken);
  };

  const elsewhere = [...refused, ...(revealed ? violations : [])].filter(({ field }) => !paths.includes(field));

  return {
    draft,
    source,
    valid: violations.length === 0,
    set,
    errorAt,
    otherErrors: [...new Set(elsewhere.map((violation) => `${sentence(violation)} (${violation.field})`))],
    reveal: () => {
      setRevealed(true);
      return paths.find((path) => violations.some(({ field }) => field === path));
    },
    refuse: (error) => {
      const broken = violationsOf(error, 'name');
      setRefused(broken);
      return broken[0]?.field;
    },
  };
}
