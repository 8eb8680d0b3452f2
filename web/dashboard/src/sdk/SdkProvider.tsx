import { Button } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Client } from 'datasource-sdk';
import type { ReactNode } from 'react';

import { EmptyState } from '../components/EmptyState';
import { PageSkeleton } from '../components/PageSkeleton';
import { ClientContext } from './client';
import { capitalised, describe, isConnectionError } from './failure';
import { untilBack } from './heartbeat';
import { keys } from './keys';

/** Loads the SDK's WebAssembly module once and shares one client of this origin. */
export function SdkProvider({ children }: { children: ReactNode }) {
  const client = useQuery({
    queryKey: keys.client,
    queryFn: () => Client.connect({ url: window.location.origin }),
    staleTime: Infinity,
    gcTime: Infinity,
    refetchInterval: untilBack,
  });
  if (client.isPending) return <PageSkeleton />;
  if (client.data === undefined) {
    const failure = describe(client.error);
    return (
      <EmptyState
        level={1}
        icon={<IconAlertTriangle size={28} stroke={1.5} />}
        title={isConnectionError(client.error) ? failure.title : 'The dashboard could not start'}
        action={
          <Button loading={client.isFetching} onClick={() => void client.refetch()}>
            Try again
          </Button>
        }
      >
        {isConnectionError(client.error)
          ? `${capitalised(failure.message)}. Start it again; this page goes on by itself when it is back.`
          : `${capitalised(failure.message)}. Reload the page; if it stays, try a current browser: WebAssembly is needed.`}
      </EmptyState>
    );
  }
  return <ClientContext value={client.data}>{children}</ClientContext>;
}
