import { MutationCache, QueryClient } from '@tanstack/react-query';

import { isConnectionError, isRetryable } from './failure';
import { keys } from './keys';

export function createQueryClient(): QueryClient {
  const client = new QueryClient({
    mutationCache: new MutationCache({ onError: (error) => noteFailure(client, error) }),
    defaultOptions: {
      queries: {
        // The gateway is often on this very machine: the browser's idea of being online says nothing about it.
        networkMode: 'always',
        retry: (failures, error) => failures < 1 && isRetryable(error),
        retryDelay: 300,
        staleTime: 10_000,
      },
      mutations: { networkMode: 'always' },
    },
  });
  return client;
}

/** Whoever finds the gateway away sets off the heartbeat, which tells every page and finds it back. */
export function noteFailure(client: QueryClient, error: unknown): void {
  if (isConnectionError(error)) void client.invalidateQueries({ queryKey: keys.dataSources });
}
