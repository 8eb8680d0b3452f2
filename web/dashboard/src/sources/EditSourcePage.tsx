import { Button } from '@mantine/core';
import { IconDatabaseOff } from '@tabler/icons-react';
import { useState } from 'react';
import { Link, useParams } from 'react-router';

import { EmptyState } from '../components/EmptyState';
import { FailurePanel } from '../components/FailurePanel';
import { Page } from '../components/Page';
import { PageSkeleton } from '../components/PageSkeleton';
import { Trail } from '../components/Trail';
import { useConnectors, useDataSources } from '../sdk/dataSources';
import { SourceEditor } from './form/SourceEditor';

/** Changes a stored source. */
export default function EditSourcePage() {
  const { name = '' } = useParams();
  const sources = useDataSources();
  const connectors = useConnectors();
  const current = sources.data?.find((source) => source.name === name);
  // A list that is read again while somebody types must not take the form away.
  const [stored, setStored] = useState(current);
  if (current !== undefined && stored?.id !== current.id) setStored(current);

  if ((sources.isPending && stored === undefined) || connectors.isPending) return <PageSkeleton />;
  const connector = connectors.data?.find(({ id }) => id === stored?.connector);
  const error = sources.data === undefined ? sources.error : connectors.data === undefined ? connectors.error : null;
  return (
    <Page
      title={`Edit ${name}`}
      lead={connector === undefined ? undefined : `${connector.title}. Saving replaces the source at once; statements that run go on as they started.`}
      trail={<Trail steps={[{ title: 'Sources', to: '/sources' }]} here={name} />}
    >
      {stored !== undefined && connector !== undefined ? (
        <SourceEditor key={`${stored.id} ${stored.etag ?? ''}`} connector={connector} stored={stored} onLoad={setStored} />
      ) : error !== null ? (
        <FailurePanel
          error={error}
          title="The source could not be read"
          action={
            <Button size="xs" variant="default" onClick={() => void Promise.all([sources.refetch(), connectors.refetch()])}>
              Try again
            </Button>
          }
        />
      ) : (
        <EmptyState
          icon={<IconDatabaseOff size={28} stroke={1.5} />}
          title={stored === undefined ? `There is no source “${name}”` : `This gateway has no connector “${stored.connector}”`}
          action={
            <Button component={Link} to="/sources" variant="default">
              All sources
            </Button>
          }
        >
          {stored === undefined ? 'It may have been deleted.' : 'It can be deleted, and not changed here.'}
        </EmptyState>
      )}
    </Page>
  );
}
