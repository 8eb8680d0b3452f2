import { mutationOptions, useMutation, useMutationState, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import type { Client, Connector, DataSource, DataSourceInput, TestReport } from 'datasource-sdk';

import { useClient } from './client';
import { isCancelled } from './failure';
import { untilBack } from './heartbeat';
import { keys } from './keys';
import { forgetTest, noteTest, useTestOutcome } from './lastTests';

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

interface Save {
  source: DataSourceInput;
  /** The stored source that it takes the place of; absent for a new one. */
  replaces?: DataSource | undefined;
  /** What a test of exactly this source came to. */
  report?: TestReport | undefined;
}

/**
 * Creates a source, or replaces one whole. A masked secret keeps the stored one. What somebody else has changed since it was read is not
 * replaced: see isOutdated.
 */
export function useSaveDataSource() {
  const client = useClient();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ source, replaces }: Save) =>
      replaces === undefined ? client.datasources.create(source) : client.datasources.update(source, { ifMatch: replaces.etag }),
    onSuccess: ({ dataSourceId }, { report }) => {
      if (report === undefined) forgetTest(dataSourceId);
      else noteTest(dataSourceId, report);
      // It may be another database now.
      queries.removeQueries({ queryKey: keys.schema(dataSourceId) });
      return written(queries);
    },
    // The variables hold credentials: nothing of them stays behind.
    gcTime: 0,
  });
}

/** Switches a source on or off. Everything else of it, its secrets included, stays. */
export function useSetStatus() {
  const client = useClient();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ source, status }: { source: DataSource; status: 'ACTIVE' | 'DISABLED' }) =>
      client.datasources.patch(source.name, { status }),
    onSuccess: () => written(queries),
  });
}

/** Reads a source anew, past what is cached. */
export function useFreshDataSource() {
  const client = useClient();
  const queries = useQueryClient();
  return async (name: string): Promise<DataSource> => {
    const source = await client.datasources.get(name);
    void queries.invalidateQueries({ queryKey: keys.dataSources });
    return source;
  };
}

export function useDeleteDataSource() {
  const client = useClient();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ name }: DataSource) => client.datasources.delete(name),
    onSuccess: (_, { id }) => {
      forgetTest(id);
      return written(queries);
    },
  });
}

/** A source was written: the list is another one, and how the source is has to be found out anew. */
function written(queries: QueryClient): Promise<void> {
  void queries.invalidateQueries({ queryKey: keys.health });
  return queries.invalidateQueries({ queryKey: keys.dataSources });
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

/** What stops the tests under way, by the source's id: a test goes on when its page is left. */
const stops = new Map<string, AbortController>();

/** Tests a stored source. The outcome outlives the page: see useLastTest. */
export function useTestDataSource(source: DataSource) {
  return useMutation(testOf(useClient(), useQueryClient(), source));
}

/** Databases that are tested at a time. */
const testsAtATime = 4;

/** Tests several stored sources, as if each was tested by itself. */
export function useTestAll() {
  const client = useClient();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (sources: readonly DataSource[]) => {
      const waiting = [...sources];
      const work = async () => {
        for (let source = waiting.shift(); source !== undefined; source = waiting.shift()) {
          // A test that fails is an outcome, which the source shows.
          await queries.getMutationCache().build(queries, testOf(client, queries, source)).execute(undefined).catch(() => undefined);
        }
      };
      await Promise.all(Array.from({ length: testsAtATime }, work));
    },
  });
}

function testOf(client: Client, queries: QueryClient, { id, name }: DataSource) {
  return mutationOptions({
    mutationKey: keys.test(id),
    mutationFn: (): Promise<TestReport> => {
      const stop = new AbortController();
      stops.set(id, stop);
      return client.datasources.test(name, { signal: stop.signal });
    },
    onMutate: () => {
      // Only the newest run is of interest.
      const mutations = queries.getMutationCache();
      for (const run of mutations.findAll({ mutationKey: keys.test(id), status: 'error' })) mutations.remove(run);
    },
    onSuccess: (report) => {
      noteTest(id, report);
      // To the gateway it was a probe.
      void queries.invalidateQueries({ queryKey: keys.health });
    },
    onSettled: () => void stops.delete(id),
    gcTime: Infinity,
  });
}

export function stopTest({ id }: DataSource): void {
  stops.get(id)?.abort();
}

export interface LastTest {
  running: boolean;
  /** Milliseconds since 1970; undefined when it is running or could not be run. */
  at: number | undefined;
  report: TestReport | undefined;
  error: unknown;
}

/** The newest test of a stored source, or undefined. */
export function useLastTest({ id }: DataSource): LastTest | undefined {
  const outcome = useTestOutcome(id);
  const runs = useMutationState({
    filters: { mutationKey: keys.test(id), exact: true },
    select: ({ state }) => ({ status: state.status, error: state.error }),
  });
  const run = runs.at(-1);
  if (run?.status === 'pending') return { running: true, at: undefined, report: undefined, error: null };
  if (run?.status === 'error' && !isCancelled(run.error)) return { running: false, at: undefined, report: undefined, error: run.error };
  return outcome === undefined ? undefined : { running: false, at: outcome.at, report: outcome.report, error: null };
}
