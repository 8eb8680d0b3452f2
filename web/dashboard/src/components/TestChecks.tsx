import { IconCircleCheck, IconCircleMinus, IconCircleX } from '@tabler/icons-react';
import type { TestReport } from 'datasource-sdk';

import { formatDuration } from '../format/duration';
import classes from './TestChecks.module.css';

const marks = {
  passed: { Icon: IconCircleCheck, title: 'Passed' },
  failed: { Icon: IconCircleX, title: 'Failed' },
  skipped: { Icon: IconCircleMinus, title: 'Skipped' },
} as const;

/** The steps of a connection test, each with its outcome, what it found and how long it took. */
export function TestChecks({ report }: { report: TestReport }) {
  return (
    <ol className={classes.checks} aria-label="Checks">
      {report.checks.map((check) => {
        const { Icon, title } = marks[check.status];
        return (
          <li key={check.name} className={classes.check} data-status={check.status}>
            <Icon size={16} stroke={1.75} className={classes.mark} role="img" aria-label={title} />
            <span className={classes.title}>{check.title}</span>
            <span className={classes.duration}>{check.status === 'skipped' ? '' : formatDuration(check.durationMs)}</span>
            {check.message ? <span className={classes.message}>{check.message}</span> : null}
          </li>
        );
      })}
    </ol>
  );
}
