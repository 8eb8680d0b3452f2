import { Button, Skeleton, TextInput, Title } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import type { Connector } from 'datasource-sdk';
import { useState, type KeyboardEvent } from 'react';
import { Link, useNavigate } from 'react-router';

import { ConnectorIcon } from '../../components/ConnectorIcon';
import { FailurePanel } from '../../components/FailurePanel';
import { Page } from '../../components/Page';
import { Trail } from '../../components/Trail';
import { useConnectors } from '../../sdk/dataSources';
import classes from './ChooseConnectorPage.module.css';
import { groupByFamily } from './families';

/** First step of adding a source: which kind of system it is. */
export default function ChooseConnectorPage() {
  const connectors = useConnectors();
  const navigate = useNavigate();
  const [search, setSearch] = useState('');
  const groups = groupByFamily(connectors.data ?? [], search);
  const [first, second] = groups.flatMap((group) => group.connectors);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && first !== undefined && second === undefined) void navigate(`/sources/new/${first.id}`);
  };

  return (
    <Page
      title="Add source"
      lead="Choose what to connect to."
      trail={<Trail steps={[{ title: 'Sources', to: '/sources' }]} here="Add" />}
    >
      <TextInput
        type="search"
        aria-label="Search connectors"
        placeholder="Search connectors"
        leftSection={<IconSearch size={16} stroke={1.75} />}
        maw={360}
        mb="lg"
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        autoFocus
      />
      {connectors.isPending ? (
        <div className={classes.cards} role="status" aria-label="Loading connectors">
          <Skeleton h={72} />
          <Skeleton h={72} />
        </div>
      ) : connectors.data === undefined ? (
        <FailurePanel
          error={connectors.error}
          title="The catalogue could not be read"
          action={
            <Button size="xs" variant="default" loading={connectors.isFetching} onClick={() => void connectors.refetch()}>
              Try again
            </Button>
          }
        />
      ) : groups.length === 0 ? (
        <p className={classes.none} role="status">
          No connector matches “{search}”.{' '}
          <Button variant="subtle" size="compact-sm" onClick={() => setSearch('')}>
            Show all
          </Button>
        </p>
      ) : (
        groups.map(({ family, title, connectors: members }) => (
          <section key={family} className={classes.family} aria-labelledby={`family-${family}`}>
            <Title order={2} size="h3" c="dimmed" id={`family-${family}`}>
              {title}
            </Title>
            <div className={classes.cards}>
              {members.map((connector) => (
                <div key={connector.id} className={classes.card}>
                  <span className={classes.icon}>
                    <ConnectorIcon connector={connector} size={22} />
                  </span>
                  <span>
                    <Link
                      to={`/sources/new/${connector.id}`}
                      className={classes.title}
                      aria-describedby={`about-${connector.id}`}
                    >
                      {connector.title}
                      {alike(connector, connectors.data) ? ` (${connector.id})` : null}
                    </Link>
                    <span className={classes.about} id={`about-${connector.id}`}>
                      {connector.description}
                    </span>
                  </span>
                </div>
              ))}
            </div>
          </section>
        ))
      )}
    </Page>
  );
}

/** Whether another connector has the same title: a bucket is read in more than one way. */
function alike({ id, title }: Connector, all: readonly Connector[] = []): boolean {
  return all.some((other) => other.title === title && other.id !== id);
}
