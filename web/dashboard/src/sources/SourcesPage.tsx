import { Button, Skeleton, Stack } from '@mantine/core';
import { IconDatabasePlus, IconPlus, IconSearchOff } from '@tabler/icons-react';
import type { DataSource } from 'datasource-sdk';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';

import { EmptyState } from '../components/EmptyState';
import { FailurePanel } from '../components/FailurePanel';
import { Page } from '../components/Page';
import { useConnectors, useDataSources, useTestAll } from '../sdk/dataSources';
import { filterSources, type Filter } from './filter';
import { SourceFilter } from './SourceFilter';
import { SourceTable } from './SourceTable';

export default function SourcesPage() {
  const sources = useDataSources();
  const connectors = useConnectors();
  const testAll = useTestAll();
  const [filter, setFilter] = useFilter();
  const all = sources.data ?? [];
  const connectorOf = (source: DataSource) => connectors.data?.find(({ id }) => id === source.connector);
  const shown = filterSources(all, filter, connectorOf);

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
      ) : all.length === 0 ? (
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
        <>
          <SourceFilter
            sources={all}
            connectors={connectors.data ?? []}
            filter={filter}
            shown={shown.length}
            onChange={setFilter}
            action={
              shown.length < 2 ? null : (
                <Button variant="default" loading={testAll.isPending} onClick={() => testAll.mutate(shown)}>
                  Test all
                </Button>
              )
            }
          />
          {shown.length === 0 ? (
            <EmptyState
              icon={<IconSearchOff size={28} stroke={1.25} />}
              title="No source matches"
              action={
                <Button variant="default" onClick={() => setFilter({ words: '', connector: '', status: '' })}>
                  Show all
                </Button>
              }
            >
              Search for part of a name, a description, an address or a role.
            </EmptyState>
          ) : (
            <SourceTable sources={shown} connectorOf={connectorOf} />
          )}
        </>
      )}
    </Page>
  );
}

/** The filter stands in the page's address too: going back to the list finds it as it was left. */
function useFilter() {
  const [search, setSearch] = useSearchParams();
  // A state of its own: the router takes up addresses a moment later, too late for what is being typed.
  const [filter, setState] = useState<Filter>(() => ({
    words: search.get('search') ?? '',
    connector: search.get('connector') ?? '',
    status: search.get('status') ?? '',
  }));
  const setFilter = (next: Filter) => {
    setState(next);
    const given = Object.entries({ search: next.words, connector: next.connector, status: next.status }).filter(([, value]) => value !== '');
    setSearch(Object.fromEntries(given), { replace: true });
  };
  return [filter, setFilter] as const;
}
