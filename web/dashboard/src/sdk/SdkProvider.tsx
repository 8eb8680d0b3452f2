import { Button } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Client } from 'datasource-sdk';
import type { ReactNode } from 'react';

import { EmptyState } from '../components/EmptyState';
import { PageSkeleton } from '../components/PageSkeleton';
import { ClientContext } from './client';
import { describe } from './failure';

/** Loads the SDK's WebAssembly module once and shares one client of this origin. */
export function SdkProvider({ children }: { children: ReactNode }) {
  const client = useQuery({
    queryKey: ['client'],
    queryFn: () => Client.connect({ url: window.location.origin }),
    staleTime: Infinity,
    gcTime: Infinity,
  });
  if (client.isPending) return <PageSkeleton />;
  if (client.isError) {
    return (
      <EmptyState
        level={1}
        icon={<IconAlertTriangle size={28} stroke={1.5} />}
        title="The dashboard could not start"
        action={
          <Button loading={client.isFetching} onClick={() => void client.refetch()}>
            Try again
          </Button>
        }
      >
        {describe(client.error).message}. A current browser with WebAssembly is needed, and the gateway has to answer.
      </EmptyState>
    );
  }
  return <ClientContext value={client.data}>{children}</ClientContext>;
}
