import { useMutation, useMutationState, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Connector, DataSource, DataSourceInput, TestReport } from 'datasource-sdk';

import { useClient } from './client';
import { untilBack } from './heartbeat';
import { keys } from './keys';

/** All data sources, by name. */
export function useDataSources() {
  const client = useClient();
  return useQuery({
    queryKey: keys.dataSources,
    queryFn: ({ signal }): Promise<DataSource[]> => client.datasources.list({ signal }),
    refetchInterval: untilBack,
    refetchOnWindowFocus: true,
  });
}

/** The catalogue of the gateway: what it can connect to, and the fields of each. */
export function useConnectors() {
  const client = useClient();
  return useQuery({
    queryKey: keys.connectors,
    queryFn: ({ signal }): Promise<readonly Connector[]> => client.connectors({ signal }),
    refetchInterval: untilBack,
    staleTime: Infinity,
  });
}

export function useCreateDataSource() {
  const client = useClient();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (source: DataSourceInput) => client.datasources.create(source),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.dataSources }),
    // The variables hold credentials: nothing of them stays behind.
    gcTime: 0,
  });
}

export function useDeleteDataSource() {
  const client = useClient();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => client.datasources.delete(name),
    onSuccess: (_, name) => {
      const mutations = queries.getMutationCache();
      // A later source of the same name starts without a test.
      for (const test of mutations.findAll({ mutationKey: keys.test(name), exact: true })) mutations.remove(test);
      return queries.invalidateQueries({ queryKey: keys.dataSources });
    },
  });
}

/** Tests a source that is not stored yet. */
export function useTestDraft() {
  const client = useClient();
  return useMutation({
    mutationFn: ({ source, signal }: { source: DataSourceInput; signal: AbortSignal }): Promise<TestReport> =>
      client.datasources.test(source, { signal }),
    // As above: the variables hold credentials.
    gcTime: 0,
  });
}

/** Tests a stored source. Reports outlive the page: see useLastTest. */
export function useTestDataSource(name: string) {
  const client = useClient();
  return useMutation({
    mutationKey: keys.test(name),
    mutationFn: (): Promise<TestReport> => client.datasources.test(name),
    gcTime: Infinity,
  });
}

export interface LastTest {
  running: boolean;
  report: TestReport | undefined;
  error: unknown;
}

/** The newest test of a stored source in this session, or undefined. */
export function useLastTest(name: string): LastTest | undefined {
  const runs = useMutationState({
    filters: { mutationKey: keys.test(name), exact: true },
    select: ({ state }) => ({
      running: state.status === 'pending',
      report: state.data as TestReport | undefined,
      error: state.error,
    }),
  });
  return runs.at(-1);
}
