import type { SQLNamespace } from '@codemirror/lang-sql';
import type { DataSource } from 'datasource-sdk';
import { useMemo } from 'react';

import { useSchemas } from '../../sdk/schema';
import { mentioned, namespaceOf } from './completion';

const none: readonly DataSource[] = [];

/** What the editor completes. Tables are read of the sources that the statement names, as it is written. */
export function useNamespace(text: string, sources: readonly DataSource[] = none): SQLNamespace {
  const active = sources.filter(({ status }) => status !== 'DISABLED');
  const wanted = mentioned(text, active.map(({ name }) => name));
  const schemas = useSchemas(active.filter(({ name }) => wanted.includes(name)));
  return useMemo(() => namespaceOf(sources.map(({ name }) => name), schemas), [sources, schemas]);
}
