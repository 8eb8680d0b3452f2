import { Button, Skeleton, Stack } from '@mantine/core';
import { IconDatabasePlus, IconPlus } from '@tabler/icons-react';
import { Link } from 'react-router';

import { EmptyState } from '../components/EmptyState';
import { FailurePanel } from '../components/FailurePanel';
import { Page } from '../components/Page';
import { useConnectors, useDataSources } from '../sdk/dataSources';
import { SourceTable } from './SourceTable';

export default function SourcesPage() {
  const sources = useDataSources();
  const connectors = useConnectors();

  return (
    <Page
      title="Sources"
      lead="The systems that statements can read and join."
      action={
        <Button component={Link} to="/sources/new" leftSection={<IconPlus size={16} aria-hidden />} flex="none">
          Add source
        </Button>
      }
    >
      {sources.isPending ? (
        <Stack gap="xs" role="status" aria-label="Loading sources">
          <Skeleton h={36} />
          <Skeleton h={44} />
          <Skeleton h={44} />
        </Stack>
      ) : sources.data === undefined ? (

        <FailurePanel
          error={sources.error}
          title="The sources could not be listed"
          action={
            <Button size="xs" variant="default" loading={sources.isFetching} onClick={() => void sources.refetch()}>
              Try again
            </Button>
          }
        />
      ) : sources.data.length === 0 ? (
        <EmptyState
          icon={<IconDatabasePlus size={32} stroke={1.25} />}
          title="No sources yet"
          action={
            <Button component={Link} to="/sources/new" variant="default">
              Add the first source
            </Button>
          }
        >
          Add a database or a folder of files. Its tables can then be queried, and joined with those of every other source.
        </EmptyState>
      ) : (
        <SourceTable sources={sources.data} connectors={connectors.data ?? []} />
      )}
    </Page>
  );
}
