import { Button } from '@mantine/core';
import { IconPlugOff } from '@tabler/icons-react';
import { Link, useParams } from 'react-router';

import { EmptyState } from '../../components/EmptyState';
import { FailurePanel } from '../../components/FailurePanel';
import { Page } from '../../components/Page';
import { PageSkeleton } from '../../components/PageSkeleton';
import { Trail } from '../../components/Trail';
import { useConnectors } from '../../sdk/dataSources';
import { SourceEditor } from '../form/SourceEditor';

/** Second step of adding a source: the connector's form. */
export default function AddSourcePage() {
  const { connector: id } = useParams();
  const connectors = useConnectors();
  if (connectors.isPending) return <PageSkeleton />;
  const connector = connectors.data?.find((candidate) => candidate.id === id);
  const title = connector === undefined ? 'Add source' : `Add ${connector.title}`;
  const trail = (
    <Trail
      steps={[
        { title: 'Sources', to: '/sources' },
        { title: 'Add', to: '/sources/new' },
      ]}
      here={connector?.title ?? id ?? ''}
    />
  );
  return (
    <Page title={title} lead={connector?.description} trail={trail}>
      {connector !== undefined ? (
        <SourceEditor key={connector.id} connector={connector} />
      ) : connectors.data === undefined ? (
        <FailurePanel error={connectors.error} title="The catalogue could not be read" />
      ) : (
        <EmptyState
          icon={<IconPlugOff size={28} stroke={1.5} />}
          title={`There is no connector “${id ?? ''}”`}
          action={
            <Button component={Link} to="/sources/new" variant="default">
              Choose a connector
            </Button>
          }
        >
          This gateway does not have it. Choose one that it has.
        </EmptyState>
      )}
    </Page>
  );
}
