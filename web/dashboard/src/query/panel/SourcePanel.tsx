import { Anchor, Skeleton, Stack, Text, UnstyledButton } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { Link } from 'react-router';

import { ConnectorIcon } from '../../components/ConnectorIcon';
import { useConnectors, useDataSources } from '../../sdk/dataSources';
import { quoteIdentifier } from '../sql/identifier';
import classes from './SourcePanel.module.css';

interface Props {
  onInsert: (name: string) => void;
}

/** The sources that a statement can name; a click writes the name. */
export function SourcePanel({ onInsert }: Props) {
  const sources = useDataSources();
  const connectors = useConnectors();
  return (
    <>
      {sources.isPending ? (
        <Stack gap={8} px={8} role="status" aria-label="Loading sources">
          <Skeleton h={14} />
          <Skeleton h={14} w="70%" />
        </Stack>
      ) : sources.data === undefined ? (
        <Text className={classes.note}>
          The sources could not be listed.{' '}
          <Anchor component="button" type="button" fz="inherit" c="var(--app-accent)" onClick={() => void sources.refetch()}>
            Try again
          </Anchor>
        </Text>
      ) : sources.data.length === 0 ? (
        <Text className={classes.note}>
          None yet.{' '}
          <Anchor component={Link} to="/sources/new" fz="inherit" c="var(--app-accent)">
            Add the first one
          </Anchor>{' '}
          to query it.
        </Text>
      ) : (
        <ul className={classes.list}>
          {sources.data.map(({ name, connector: id, status }) => {
            const connector = connectors.data?.find((candidate) => candidate.id === id);
            return (
              <li key={name} className={classes.item}>
                <UnstyledButton
                  className={classes.source}
                  aria-label={`Insert ${name}`}
                  title={`Insert ${quoteIdentifier(name)}`}
                  onClick={() => onInsert(quoteIdentifier(name))}
                >
                  <ConnectorIcon connector={connector} size={16} />
                  <span className={classes.name}>{name}</span>
                </UnstyledButton>
                <span className={classes.kind}>
                  {status === undefined || status === 'ACTIVE' ? (connector?.title ?? id) : status.toLowerCase()}
                </span>
              </li>
            );
          })}
          <li>
            <Link to="/sources/new" className={classes.add}>
              <IconPlus size={16} stroke={1.5} aria-hidden />
              Add source
            </Link>
          </li>
        </ul>
      )}
    </>
  );
}
