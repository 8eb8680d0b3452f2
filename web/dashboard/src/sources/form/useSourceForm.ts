import { validate, type Connector, type DataSource, type DataSourceInput, type Field, type Violation } from 'datasource-sdk';
import { useMemo, useState } from 'react';

import { sentence, violationsOf } from '../../sdk/failure';
import { inTitles } from '../../sdk/titles';
import { commonPaths, draftOf, emptyDraft, endpointPath, fieldsInUse, fieldsOf, toDataSource, type Draft, type DraftValue } from './draft';
import { dropDraft, loadDraft, saveDraft } from './savedDraft';

export interface SourceForm {
  /** Those that there is a use for. */
  fields: readonly Field[];
  /** A new source is reached by an endpoint, and not by host and port. */
  byEndpoint: boolean;
  /** Asks for an endpoint, which may be given already, or for host and port. */
  setByEndpoint: (byEndpoint: boolean, endpoint?: string) => void;
  draft: Draft;
  /** The data source as it would be sent now. */
  source: DataSourceInput;
  valid: boolean;
  /** Something was typed that is not saved, in this visit of the page or before it was loaded anew. */
  changed: boolean;
  set: (path: string, value: DraftValue) => void;
  /** What is wrong with a field, once it was touched. */
  errorAt: (path: string) => string | undefined;
  /** What is wrong and belongs to no field of the form. */
  otherErrors: readonly string[];
  /** Shows everything that is wrong. Returns the path of the first field to mend, if any. */
  reveal: () => string | undefined;
  /** Takes over the rules that the server says are broken, and returns the first field to mend; undefined when the error names none. */
  refuse: (error: unknown) => string | undefined;
  /** Back to what is stored, or to an empty form. */
  reset: () => void;
  /** Forgets what was kept for a reload. */
  forget: () => void;
}

/** State of the form: values, which fields were touched, and the rules of the SDK and of the server on them. */
export function useSourceForm(connector: Connector, stored?: DataSource): SourceForm {
  const key = `data-sources.form.${stored === undefined ? `new.${connector.id}` : stored.id}`;
  const [byEndpoint, setEndpointMode] = useState(() => stored === undefined && loadDraft(key, fieldsOf(connector, undefined, true))?.[endpointPath] !== undefined);
  const all = useMemo(() => fieldsOf(connector, stored, byEndpoint), [connector, stored, byEndpoint]);
  const start = useMemo(() => (stored === undefined ? emptyDraft(connector) : draftOf(stored, connector)), [connector, stored]);
  const [draft, setDraft] = useState<Draft>(() => ({ ...start, ...loadDraft(key, all) }));
  const fields = useMemo(() => fieldsInUse(all, connector, draft, stored), [all, connector, draft, stored]);
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [revealed, setRevealed] = useState(false);
  const [refused, setRefused] = useState<readonly Violation[]>([]);

  const source = useMemo(() => toDataSource(draft, connector, stored, byEndpoint), [draft, connector, stored, byEndpoint]);
  const violations = useMemo(() => validate(source), [source]);
  const paths = useMemo(() => [...commonPaths, ...fields.map(({ path }) => path)], [fields]);

  const set = (path: string, value: DraftValue) => {
    const next = { ...draft, [path]: value };
    setDraft(next);
    saveDraft(key, next, start, all);
    setTouched((before) => (before.has(path) ? before : new Set(before).add(path)));
    setRefused((before) => before.filter(({ field }) => field !== path && paths.includes(field)));
  };

  const errorAt = (path: string) => {
    const broken = refused.find(({ field }) => field === path) ??
      (revealed || touched.has(path) ? violations.find(({ field }) => field === path) : undefined);
    return broken === undefined ? undefined : inTitles(sentence(broken), all);
  };

  const elsewhere = [...refused, ...(revealed ? violations : [])].filter(({ field }) => !paths.includes(field));

  return {
    fields,
    byEndpoint,
    setByEndpoint: (next, endpoint = '') => {
      setEndpointMode(next);
      const changed = { ...draft, [endpointPath]: next ? endpoint || (draft[endpointPath] ?? '') : '' };
      setDraft(changed);
      saveDraft(key, changed, start, fieldsOf(connector, stored, next));
    },
    draft,
    source,
    valid: violations.length === 0,
    changed: paths.some((path) => (draft[path] ?? '') !== (start[path] ?? '')),
    set,
    errorAt,
    otherErrors: [...new Set(elsewhere.map((violation) => inTitles(`${sentence(violation)} (${violation.field})`, all)))],
    reveal: () => {
      setRevealed(true);
      return paths.find((path) => violations.some(({ field }) => field === path));
    },
    refuse: (error) => {
      const broken = violationsOf(error, 'name');
      setRefused(broken);
      return broken[0]?.field;
    },
    reset: () => {
      dropDraft(key);
      setEndpointMode(false);
      setDraft(start);
      setTouched(new Set());
      setRevealed(false);
      setRefused([]);
    },
    forget: () => dropDraft(key),
  };
}
