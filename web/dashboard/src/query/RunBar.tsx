import { Button, Kbd, VisuallyHidden } from '@mantine/core';
import { IconPlayerPlayFilled, IconPlayerStopFilled } from '@tabler/icons-react';
import { useEffect, useState, type ReactNode } from 'react';

import { formatSize } from '../format/bytes';
import { formatCount } from '../format/count';
import { formatDuration } from '../format/duration';
import { formatSpan } from '../format/span';
import { modifierKey } from '../format/keys';
import classes from './RunBar.module.css';
import type { Received, Run } from './session/run';

interface Props {
  run: Run;
  /** Rows that are shown, where these are not all. */
  shown: number | undefined;
  disabled: boolean;
  /** Only the selected part of the text would run. */
  selection: boolean;
  onRun: () => void;
  /** Runs the statement of a result that came from the cache once more, past the cache. */
  onRunFresh: (statement: string) => void;
  onCancel: () => void;
  extra: ReactNode;
  /** What can be done with the result, at the end of the bar. */
  tools: ReactNode;
}

/** Run and cancel, and what the newest run came to. */
export function RunBar({ run, shown, disabled, selection, onRun, onRunFresh, onCancel, extra, tools }: Props) {
  const running = run.state === 'running';
  return (
    <div className={classes.bar} role="group" aria-label="Statement">
      {running ? (
        <Button size="xs" variant="default" leftSection={<IconPlayerStopFilled size={13} aria-hidden />} onClick={onCancel}>
          Cancel
        </Button>
      ) : (
        <Button
          size="xs"
          leftSection={<IconPlayerPlayFilled size={13} aria-hidden />}
          disabled={disabled}
          aria-keyshortcuts={`${modifierKey.aria}+Enter`}
          onClick={onRun}
        >
          {selection ? 'Run selection' : 'Run'}
        </Button>
      )}
      {extra}
      <span className={classes.keys} aria-hidden>
        {running ? (
          <Kbd size="xs">Esc</Kbd>
        ) : (
          <>
            <Kbd size="xs">{modifierKey.label}</Kbd> <Kbd size="xs">Enter</Kbd>
          </>
        )}
      </span>
      <span className={classes.outcome}>
        {running ? <Elapsed since={run.startedAt} received={run.received} /> : null}
        <span role="status">{running ? <VisuallyHidden>Running</VisuallyHidden> : outcome(run, shown)}</span>
        {run.state === 'done' && run.result.cacheAge !== undefined ? (
          <Button size="compact-xs" variant="default" ml={6} onClick={() => onRunFresh(run.statement)}>
            Run fresh
          </Button>
        ) : null}
      </span>
      {tools}
    </div>
  );
}

function outcome(run: Run, shown: number | undefined): ReactNode {
  switch (run.state) {
    case 'done':
      return (
        <>
          {shown === undefined || shown === run.result.rowCount ? null : `${formatCount(shown, '', '').trim()} of `}
          <strong>{formatCount(run.result.rowCount, 'row')}</strong>
          {run.cut === undefined ? ' in ' : run.cut.by === 'cancel' ? ', cancelled after ' : ', failed after '}
          {formatDuration(run.milliseconds)}
          {run.result.cacheAge === undefined ? null : `, from cache, ${formatSpan(run.result.cacheAge * 1_000)} old`}
        </>
      );
    case 'failed':
      return <span className={classes.bad}>Failed after {formatDuration(run.milliseconds)}</span>;
    case 'cancelled':
      return `Cancelled after ${formatDuration(run.milliseconds)}`;
    default:
      return null;
  }
}

/** A running clock, and what has come so far. Not a live region: nobody wants ten announcements a second. */
function Elapsed({ since, received }: { since: number; received: Received }) {
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 100);
    return () => clearInterval(timer);
  }, []);
  const elapsed = Math.max(0, now - since);
  const clock = elapsed < 60_000 ? `${(elapsed / 1_000).toFixed(1)} s` : formatDuration(elapsed);
  const { bytes, total, rows } = received;
  return (
    <span className={classes.elapsed} aria-hidden>
      {bytes === 0 ? (
        'Running…'
      ) : (
        <>
          {rows === 0 ? null : (
            <>
              <strong>{formatCount(rows, 'row')}</strong>,{' '}
            </>
          )}
          {`${formatSize(bytes)}${total === undefined ? '' : ` of ${formatSize(total)}`} received…`}
        </>
      )}{' '}
      {clock}
    </span>
  );
}
