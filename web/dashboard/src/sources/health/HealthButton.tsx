import { UnstyledButton, VisuallyHidden } from '@mantine/core';
import type { SourceHealth } from 'datasource-sdk';

import { formatMoment } from '../../format/ago';
import classes from './HealthButton.module.css';
import { stateText } from './words';

interface Props {
  health: SourceHealth;
  onOpen: () => void;
}

/** How a source is, since when, and how fast it answered; opens its history. */
export function HealthButton({ health, onOpen }: Props) {
  const { name, state, since, last } = health;
  const title = [since === undefined ? '' : `Since ${formatMoment(Date.parse(since))}`, state === 'down' ? (last?.message ?? '') : ''].filter(Boolean).join('\n');
  return (
    <>
      <UnstyledButton
        className={classes.button}
        data-state={state}
        title={title || undefined}
        aria-haspopup="dialog"
        aria-label={`${stateText(health)}: health of ${name}`}
        onClick={onOpen}
      >
        {stateText(health)}
      </UnstyledButton>
      {/* Said when it changes; how long it lasts is not. */}
      <VisuallyHidden role="status">{state === 'down' ? `${name} is down` : ''}</VisuallyHidden>
    </>
  );
}
