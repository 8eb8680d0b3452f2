import { ActionIcon, Button, Loader, Tooltip, UnstyledButton } from '@mantine/core';
import { IconChevronRight, IconRefresh } from '@tabler/icons-react';
import type { Connector, DataSource } from 'datasource-sdk';
import { useId, useState } from 'react';

import { ConnectorIcon } from '../../components/ConnectorIcon';
import { More } from '../../components/More';
import { statusTitle } from '../../components/StatusLabel';
import { useSome } from '../../components/useSome';
import { formatCount } from '../../format/count';
import { describe } from '../../sdk/failure';
import { useSchema, type SourceSchema } from '../../sdk/schema';
import { useTitles } from '../../sdk/titles';
import classes from './SourcePanel.module.css';
import { TableItem } from './TableItem';
import { isNamed, qualifiedName, searchTables } from './tables';

interface Props {
  source: DataSource;
  connector: Connector | undefined;
  /** Only tables and columns with these are listed. */
  words: string;
  onInsert: (name: string) => void;
  onPreview: (statement: string) => void;
}

/** One source; unfolded, its tables by schema. */
export function SourceTree({ source, connector, words, onInsert, onPreview }: Props) {
  const [unfolded, setUnfolded] = useState(false);
  const id = useId();
  const searching = words.trim() !== '';
  const open = unfolded || searching;
  // A search reads what may be read without asking: the sources that answer queries.
  const schema = useSchema(source, unfolded || (searching && source.status !== 'DISABLED'));
  const { name, status } = source;
  return (
    <li>
      <div className={classes.item}>
        <UnstyledButton className={classes.source} aria-expanded={open} aria-controls={open ? id : undefined} onClick={() => setUnfolded(!unfolded)}>
          <IconChevronRight size={14} stroke={1.75} className={classes.chevron} aria-hidden />
          <ConnectorIcon connector={connector} size={16} />
          <span className={classes.name}>{name}</span>
          <span className={classes.kind}>{status === 'ACTIVE' ? (connector?.title ?? source.connector) : statusTitle(status)}</span>
        </UnstyledButton>
        {unfolded ? (
          <Tooltip label="Read the tables again">
            <ActionIcon size="sm" variant="subtle" color="gray" aria-label={`Read the tables of ${name} again`} onClick={() => void schema.refetch()}>
              {schema.isFetching ? <Loader size={12} /> : <IconRefresh size={14} stroke={1.5} aria-hidden />}
            </ActionIcon>
          </Tooltip>
        ) : null}
      </div>
      {open ? (
        <div id={id} className={classes.inside}>
          {schema.data !== undefined ? (
            <Tables source={name} schema={schema.data} words={words} onInsert={onInsert} onPreview={onPreview} />
          ) : schema.isError ? (
            <Problem error={schema.error} connector={source.connector} retrying={schema.isFetching} onRetry={() => void schema.refetch()} />
          ) : schema.isFetching ? (
            <p className={classes.note} role="status">
              Reading its tables…
            </p>
          ) : (
            <p className={classes.note}>{statusTitle(status)}: its tables are not read.</p>
          )}
        </div>
      ) : null}
    </li>
  );
}

interface TablesProps {
  source: string;
  schema: SourceSchema;
  words: string;
  onInsert: (name: string) => void;
  onPreview: (statement: string) => void;
}

function Tables({ source, schema, words, onInsert, onPreview }: TablesProps) {
  const matching = searchTables(schema.tables, words);
  const found = matching.length === 0 && isNamed(source, words) ? searchTables(schema.tables, '') : matching;
  const { some: shown, ...rest } = useSome(found);
  if (schema.tables.length === 0) return <p className={classes.note}>It has no tables that this user may read.</p>;
  if (found.length === 0) return <p className={classes.note}>Nothing here has “{words}”.</p>;
  const schemas = [...new Set(shown.map(({ table }) => table.schema))];
  const item = ({ table, open }: (typeof shown)[number]) => (
    <TableItem
      key={`${table.schema}.${table.name}`}
      table={table}
      name={qualifiedName(source, schema, table)}
      searched={open}
      onInsert={onInsert}
      onPreview={onPreview}
    />
  );
  return (
    <>
      {schemas.length < 2 && schema.schemas.length < 2 ? (
        <ul className={classes.list}>{shown.map(item)}</ul>
      ) : (
        schemas.map((name) => (
          <section key={name} aria-label={`Schema ${name}`}>
            <h3 className={classes.schema}>{name}</h3>
            <ul className={classes.list}>{shown.filter(({ table }) => table.schema === name).map(item)}</ul>
          </section>
        ))
      )}
      <More some={shown} {...rest} one="table" of={found.length} />
      {schema.total > schema.tables.length ? (
        <p className={classes.note}>
          The first {schema.tables.length} of {formatCount(schema.total, 'table')}; the others can be queried by name.
        </p>
      ) : null}
    </>
  );
}

function Problem({ error, connector, retrying, onRetry }: { error: unknown; connector: string; retrying: boolean; onRetry: () => void }) {
  const titled = useTitles(connector);
  return (
    <div className={classes.note} role="alert">
      {titled(describe(error).message)}.{' '}
      <Button size="compact-xs" variant="subtle" loading={retrying} onClick={onRetry}>
        Try again
      </Button>
    </div>
  );
}
