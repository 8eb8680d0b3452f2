import { IconCircleCheck, IconCircleMinus, IconCircleX } from '@tabler/icons-react';
import type { TestReport } from 'datasource-sdk';

import { formatDuration } from '../format/duration';
import { useTitles } from '../sdk/titles';
import classes from './TestChecks.module.css';

const marks = {
  passed: { Icon: IconCircleCheck, title: 'Passed' },
  failed: { Icon: IconCircleX, title: 'Failed' },
  skipped: { Icon: IconCircleMinus, title: 'Skipped' },
} as const;

/** What a connection test came to, then its steps, each with its outcome, what it found and how long it took. */
export function TestChecks({ report }: { report: TestReport }) {
  // Often the report repeats what one of its checks says: it is then read there.
  const repeated = report.checks.some(({ message }) => message === report.message);
  const titled = useTitles(report.connector);
  return (
    <>
      {repeated ? null : <p className={classes.summary}>{titled(report.message)}</p>}
      <Checks report={report} titled={titled} />
    </>
  );
}

function Checks({ report, titled }: { report: TestReport; titled: (text: string) => string }) {
  return (
    <ol className={classes.checks} aria-label="Checks">
      {report.checks.map((check) => {
        const { Icon, title } = marks[check.status];
        return (
          <li key={check.name} className={classes.check} data-status={check.status}>
            <Icon size={16} stroke={1.75} className={classes.mark} role="img" aria-label={title} />
            <span className={classes.title}>{check.title}</span>
            <span className={classes.duration}>{check.status === 'skipped' ? '' : formatDuration(check.durationMs)}</span>
            {check.message ? <span className={classes.message}>{titled(check.message)}</span> : null}
          </li>
        );
      })}
    </ol>
  );
}
