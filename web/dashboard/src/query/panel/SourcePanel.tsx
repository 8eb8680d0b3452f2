import { Anchor, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconSearch } from '@tabler/icons-react';
import type { DataSource } from 'datasource-sdk';
import { useState } from 'react';
import { Link } from 'react-router';

import { More } from '../../components/More';
import { useSome } from '../../components/useSome';
import { useConnectors, useDataSources } from '../../sdk/dataSources';
import classes from './SourcePanel.module.css';
import { SourceTree } from './SourceTree';
import { isNamed } from './tables';

interface Props {
  /** Writes a name at the cursor. */
  onInsert: (name: string) => void;
  /** Opens a statement and runs it. */
  onPreview: (statement: string) => void;
}

/** The sources that a statement can name, with their tables and columns; a click writes a name. */
export function SourcePanel({ onInsert, onPreview }: Props) {
  const [words, setWords] = useState('');
  const sources = useDataSources();
  const connectors = useConnectors();
  const ordered = namedFirst(sources.data ?? [], words);
  const listed = useSome(ordered, words.trim() === '' ? undefined : searchedAtOnce);
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
        <>
        <TextInput
          type="search"
          size="xs"
          className={classes.search ?? ''}
          aria-label="Search tables and columns"
          placeholder="Search tables and columns"
          leftSection={<IconSearch size={14} stroke={1.75} aria-hidden />}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
        <ul className={classes.list}>
          {listed.some.map((source) => (
            <SourceTree
              key={source.id}
              source={source}
              connector={connectors.data?.find(({ id }) => id === source.connector)}
              words={words}
              onInsert={onInsert}
              onPreview={onPreview}
            />
          ))}
          {listed.more > 0 ? (
            <li>
              <More {...listed} one="source" of={ordered.length} />
            </li>
          ) : null}
          <li>
            <Link to="/sources/new" className={classes.add}>
              <IconPlus size={16} stroke={1.5} aria-hidden />
              Add source
            </Link>
          </li>
        </ul>
        </>
      )}
    </>
  );
}

/** A search reads the tables of each source that it lists: a key must not ask a hundred systems at once. */
const searchedAtOnce = 40;

/** A search opens what it looks through, and not all may be listed: those of that name come first. */
function namedFirst(sources: readonly DataSource[], words: string): readonly DataSource[] {
  if (!sources.some(({ name }) => isNamed(name, words))) return sources;
  return [...sources.filter(({ name }) => isNamed(name, words)), ...sources.filter(({ name }) => !isNamed(name, words))];
}
