import { Button, NativeSelect, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import type { Connector, DataSource } from 'datasource-sdk';
import type { ReactNode } from 'react';

import { statusTitle } from '../components/StatusLabel';
import { isFiltering, type Filter } from './filter';
import classes from './SourceFilter.module.css';

interface Props {
  sources: readonly DataSource[];
  connectors: readonly Connector[];
  filter: Filter;
  /** How many sources pass. */
  shown: number;
  onChange: (filter: Filter) => void;
  /** What can be done with those that pass. */
  action: ReactNode;
}

/** Narrows the list by words, connector and status. */
export function SourceFilter({ sources, connectors, filter, shown, onChange, action }: Props) {
  const kinds = [...new Set(sources.map(({ connector }) => connector))].sort();
  const states = [...new Set(sources.map(({ status }) => status))].sort();
  return (
    <search className={classes.bar}>
      <TextInput
        type="search"
        className={classes.words ?? ''}
        aria-label="Search sources"
        placeholder="Search by name, address, role"
        leftSection={<IconSearch size={16} stroke={1.75} aria-hidden />}
        value={filter.words}
        onChange={(event) => onChange({ ...filter, words: event.currentTarget.value })}
      />
      {/* One kind alone leaves nothing to choose, unless it was chosen before. */}
      {kinds.length > 1 || filter.connector !== '' ? (
        <NativeSelect
          aria-label="Connector"
          value={filter.connector}
          data={[
            { value: '', label: 'All connectors' },
            ...kinds.map((id) => ({ value: id, label: connectors.find((connector) => connector.id === id)?.title ?? id })),
          ]}
          onChange={(event) => onChange({ ...filter, connector: event.currentTarget.value })}
        />
      ) : null}
      {states.length > 1 || filter.status !== '' ? (
        <NativeSelect
          aria-label="Status"
          value={filter.status}
          data={[{ value: '', label: 'Any status' }, ...states.map((status) => ({ value: status, label: statusTitle(status) }))]}
          onChange={(event) => onChange({ ...filter, status: event.currentTarget.value })}
        />
      ) : null}
      {isFiltering(filter) ? (
        <Button variant="subtle" color="gray" onClick={() => onChange({ words: '', connector: '', status: '' })}>
          Clear
        </Button>
      ) : null}
      <span className={classes.count} role="status">
        {isFiltering(filter) ? `${shown} of ${sources.length} shown` : `${sources.length} ${sources.length === 1 ? 'source' : 'sources'}`}
      </span>
      {action}
    </search>
  );
}
