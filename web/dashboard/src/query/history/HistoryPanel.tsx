import { ActionIcon, Button, Text, TextInput, Tooltip, UnstyledButton } from '@mantine/core';
import { IconSearch, IconTrash, IconX } from '@tabler/icons-react';
import { useState } from 'react';

import { formatAgo, formatMoment } from '../../format/ago';
import { formatCount } from '../../format/count';
import { formatDuration } from '../../format/duration';
import { clearHistory, forgetRun, searchHistory, useHistory, type HistoryEntry } from './history';
import classes from './HistoryPanel.module.css';

/** The statements that were run in this browser; a click opens one. */
export function HistoryPanel({ onOpen }: { onOpen: (statement: string) => void }) {
  const all = useHistory();
  const [words, setWords] = useState('');
  const [clearing, setClearing] = useState(false);
  const shown = searchHistory(all, words);
  if (all.length === 0) return <Text className={classes.note}>What you run is listed here, newest first. It stays in this browser.</Text>;
  return (
    <>
      <div className={classes.tools}>
        <TextInput
          type="search"
          size="xs"
          flex={1}
          aria-label="Search history"
          placeholder="Search history"
          leftSection={<IconSearch size={14} stroke={1.75} aria-hidden />}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
        <Tooltip label="Clear history">
          <ActionIcon variant="subtle" color="gray" aria-label="Clear history" onClick={() => setClearing(true)}>
            <IconTrash size={15} stroke={1.5} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </div>
      {clearing ? (
        <div className={classes.confirm} role="group" aria-label="Clear history">
          Forget {formatCount(all.length, 'statement')}?
          <Button size="compact-xs" variant="default" autoFocus onClick={() => setClearing(false)}>
            Keep
          </Button>
          <Button size="compact-xs" color="red.9" onClick={clearHistory}>
            Forget
          </Button>
        </div>
      ) : null}
      {shown.length === 0 ? <Text className={classes.note}>No statement has “{words}”.</Text> : null}
      <ul className={classes.list}>
        {shown.map((entry) => (
          <li key={entry.statement} className={classes.item}>
            <UnstyledButton className={classes.entry} onClick={() => onOpen(entry.statement)}>
              <code className={classes.statement}>{entry.statement.trim()}</code>
              <span className={classes.about} data-outcome={entry.outcome} title={formatMoment(entry.at)}>
                {outcome(entry)} · {formatAgo(entry.at)}
              </span>
            </UnstyledButton>
            <ActionIcon className={classes.forget ?? ''} size="sm" variant="subtle" color="gray" aria-label="Forget this statement" onClick={() => forgetRun(entry)}>
              <IconX size={14} stroke={1.75} aria-hidden />
            </ActionIcon>
          </li>
        ))}
      </ul>
    </>
  );
}

function outcome({ outcome: kind, rows, milliseconds }: HistoryEntry): string {
  if (kind === 'failed') return 'Failed';
  if (kind === 'cancelled') return 'Cancelled';
  return `${formatCount(rows ?? 0, 'row')} in ${formatDuration(milliseconds)}`;
}
