import { Button } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';

import { capitalised, describe } from '../../sdk/failure';
import type { Cut } from '../session/run';
import classes from './CutNotice.module.css';

/** Says that the rows below are not all, and why. */
export function CutNotice({ cut, onRun }: { cut: Cut; onRun: () => void }) {
  return (
    <div className={classes.notice} role={cut.by === 'failure' ? 'alert' : 'status'}>
      <IconAlertTriangle size={16} stroke={1.75} className={classes.icon} aria-hidden />
      <p className={classes.text}>
        <strong>Not all rows.</strong> {cut.by === 'cancel' ? 'The statement was cancelled: these had come by then.' : `${capitalised(describe(cut.error).message)}. These had come by then.`}
      </p>
      <Button variant="default" size="compact-sm" onClick={onRun}>
        Run again
      </Button>
    </div>
  );
}
