import { Button } from '@mantine/core';
import { IconMapQuestion } from '@tabler/icons-react';
import { Link } from 'react-router';

import { EmptyState } from '../components/EmptyState';

export function NotFoundPage() {
  return (
    <>
      <title>Not found · Data Sources</title>
      <EmptyState
        level={1}
        icon={<IconMapQuestion size={28} stroke={1.5} />}
        title="There is no such page"
        action={
          <Button component={Link} to="/" variant="default">
            Go to Query
          </Button>
        }
      >
        The address may be old or mistyped.
      </EmptyState>
    </>
  );
}
