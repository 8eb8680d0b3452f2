import { useQuery, useQueryClient } from '@tanstack/react-query';
import { DataSourceError, type SourceHealth } from 'datasource-sdk';

import { useClient } from './client';
import { keys } from './keys';

/** Milliseconds between two looks. The gateway probes once a minute; tests and statements tell it more. */
const lookEvery = 10_000;
/** The same where a source was written and its first probe is under way. */
const lookSoon = 2_000;

/** The health of each source by its name; empty where nothing has probed any, and null where the gateway does not know what health is. */
export type HealthByName = ReadonlyMap<string, SourceHealth>;

/** How all sources are, read again and again while it is shown. */
export function useHealth() {
  const client = useClient();
  const queries = useQueryClient();
  return useQuery({
    queryKey: keys.health,
    queryFn: async ({ signal }): Promise<HealthByName | null> => {
      const before = queries.getQueryData<HealthByName | null>(keys.health);
      const now = await client.datasources.health(undefined, { signal }).catch(nullWithoutRoute);
      if (now === null) return null;
      // A gateway that was told to probe nothing knows nothing of any source, and will not.
      const watched = now.sources.some(({ last }) => last !== undefined);
      const byName = new Map(watched ? now.sources.map((health) => [health.name, health]) : []);
      // The list shows a source that is down as ERROR: it has become another list.
      if (before && [...byName].some(([name, { state }]) => before.has(name) && before.get(name)?.state !== state))
        void queries.invalidateQueries({ queryKey: keys.dataSources });
      return byName;
    },
    refetchInterval: ({ state: { data } }) => {
      if (data === null) return false;
      const waiting = data !== undefined && [...data.values()].some(({ state }) => state === 'unknown');
      return waiting ? lookSoon : lookEvery;
    },
    refetchOnWindowFocus: 'always',
    structuralSharing: false,
  });
}

/** How one source is and was, with its newest probes, read again and again while it is shown. */
export function useSourceHealth(name: string) {
  const client = useClient();
  const queries = useQueryClient();
  return useQuery({
    queryKey: [...keys.health, name],
    queryFn: async ({ signal }): Promise<SourceHealth> => {
      const now = await client.datasources.health(name, { signal });
      // What is seen here first is seen in the list too.
      const listed = queries.getQueryData<HealthByName | null>(keys.health)?.get(name);
      if (listed !== undefined && listed.state !== now.state) void queries.invalidateQueries({ queryKey: keys.health, exact: true });
      return now;
    },
    refetchInterval: lookEvery,
    refetchOnWindowFocus: 'always',
  });
}

/** A gateway that does not know the route takes it for a source of that name, or refuses the name. */
function nullWithoutRoute(error: unknown): null {
  if (error instanceof DataSourceError && [400, 404, 405].includes(error.status)) return null;
  throw error;
}
