import { Button } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useRouteError } from 'react-router';

import { EmptyState } from '../components/EmptyState';

/** A page that threw, or whose code could not be loaded because a newer version was deployed. */
export function RouteFailure() {
  const error = useRouteError();
  return (
    <EmptyState
      level={1}
      icon={<IconAlertTriangle size={28} stroke={1.5} />}
      title="This page failed"
      action={<Button onClick={() => window.location.reload()}>Reload</Button>}
    >
      {error instanceof Error ? error.message : 'The page could not be shown.'} Reload it; what you typed in the editor is kept.
    </EmptyState>
  );
}
