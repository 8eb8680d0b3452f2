import { Button, Group } from '@mantine/core';
import type { DataSource } from 'datasource-sdk';
import { Link } from 'react-router';

import { FailurePanel } from '../../components/FailurePanel';
import { describe, isConnectionError, isDisabled, isRetryable } from '../../sdk/failure';
import { useTitles } from '../../sdk/titles';

interface Props {
  error: unknown;
  /** The sources that there are; undefined while it is not known. */
  sources: readonly DataSource[] | undefined;
  onRun: () => void;
}

/** Why a statement failed, and where to mend it: the statement, or a source that it names. */
export function RunFailure({ error, sources, onRun }: Props) {
  const { message } = describe(error);
  // The gateway begins with the name of the source that failed it.
  const source = sources?.find(({ name }) => message.startsWith(`${name}: `));
  const titled = useTitles(source?.connector);
  const off = isDisabled(error);
  const again = isRetryable(error) || source !== undefined || off;
  // A source that cannot be reached is told by the gateway, which is there.
  const title = source !== undefined ? `${source.name} did not answer the statement` : isConnectionError(error) || off ? undefined : 'The statement failed';
  return (
    <FailurePanel
      error={error}
      message={source === undefined ? undefined : titled(message.slice(source.name.length + 2))}
      title={title}
      next={source !== undefined ? 'Test the source or correct its settings, then run the statement again.' : again || off ? undefined : 'Change the statement and run it again.'}
      action={
        again ? (
          <Group gap="xs">
            <Button variant="default" size="xs" onClick={onRun}>
              Run again
            </Button>
            {off ? (
              <Button variant="default" size="xs" component={Link} to="/sources?status=DISABLED">
                Show disabled sources
              </Button>
            ) : null}
            {source === undefined ? null : (
              <Button variant="default" size="xs" component={Link} to={`/sources/${encodeURIComponent(source.name)}/edit`}>
                Edit {source.name}
              </Button>
            )}
          </Group>
        ) : undefined
      }
    />
  );
}
