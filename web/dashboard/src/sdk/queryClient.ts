import { QueryClient } from '@tanstack/react-query';

import { isRetryable } from './failure';

export function createQueryClient(): QueryClient {
  return new QueryClient({
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
}
