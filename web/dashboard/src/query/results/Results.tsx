import { Anchor, Button, Kbd, Loader, Progress } from '@mantine/core';
import { IconCircleOff, IconDatabasePlus, IconLink, IconTable } from '@tabler/icons-react';
import type { DataSource } from 'datasource-sdk';
import { Link } from 'react-router';

import { EmptyState } from '../../components/EmptyState';
import { modifierKey } from '../../format/keys';
import { shownOf, type Run } from '../session/run';
import { CutNotice } from './CutNotice';
import classes from './Results.module.css';
import { ResultView, type View } from './ResultView';
import type { RowOrder, Sorting } from './rows/order';
import { RunFailure } from './RunFailure';

interface Props {
  run: Run;
  /** The sources that there are; undefined while it is not known. */
  sources: readonly DataSource[] | undefined;
  /** The statement came by a link and was not run yet. */
  linked: boolean;
  view: View;
  order: RowOrder | null;
  sorting: Sorting | null;
  onSort: (sorting: Sorting | null) => void;
  onRun: () => void;
}

/** What the newest run came to, or what to do for there to be one. */
export function Results({ run, sources, linked, view, order, sorting, onSort, onRun }: Props) {
  const shown = shownOf(run);
  if (shown !== undefined) {
    const { startedAt, result, rowCount, growing, cut } = shown;
    const running = run.state === 'running';
    return (
      <div className={classes.fill} data-old={(running && !growing) || undefined} aria-busy={running}>
        {cut === undefined ? null : <CutNotice cut={cut} onRun={onRun} />}
        <div className={classes.rows}>
          {/* A new result starts at its first row, with no cell of the old one picked. */}
          <ResultView key={startedAt} result={result} rowCount={rowCount} growing={growing} view={view} order={order} sorting={sorting} onSort={onSort} />
        </div>
        {running ? <Progress className={classes.progress} value={100} size={2} radius={0} animated aria-label="Running" /> : null}
      </div>
    );
  }
  switch (run.state) {
    case 'running':
      return (
        <EmptyState icon={<Loader size={24} />} title="Running">
          Rows show here. Cancel stops the statement.
        </EmptyState>
      );
    case 'failed':
      return (
        <div className={classes.failure}>
          <RunFailure error={run.error} sources={sources} onRun={onRun} />
        </div>
      );
    case 'cancelled':
      return (
        <EmptyState
          icon={<IconCircleOff size={28} stroke={1.5} />}
          title="Cancelled"
          action={
            <Button variant="default" size="xs" onClick={onRun}>
              Run again
            </Button>
          }
        >
          The statement was stopped before its rows came.
        </EmptyState>
      );
    default:
      if (linked) {
        return (
          <EmptyState
            icon={<IconLink size={28} stroke={1.25} />}
            title="This statement came by a link"
            role="status"
            action={
              <Button variant="default" size="xs" onClick={onRun}>
                Run it
              </Button>
            }
          >
            Nothing has run yet. Read it first.
          </EmptyState>
        );
      }
      return sources === undefined || sources.length > 0 ? (
        <EmptyState icon={<IconTable size={28} stroke={1.25} />} title="No result yet">
          Run the statement with <Kbd size="xs">{modifierKey.label}</Kbd> <Kbd size="xs">Enter</Kbd>. A table is named source.table, or source.schema.table.
        </EmptyState>
      ) : (
        <EmptyState icon={<IconDatabasePlus size={28} stroke={1.25} />} title="There is nothing to query yet">
          <Anchor component={Link} to="/sources/new" fz="inherit" c="var(--app-accent)">
            Add a source
          </Anchor>
          , then write a statement over its tables.
        </EmptyState>
      );
  }
}
