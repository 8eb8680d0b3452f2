import { Loader, Title } from '@mantine/core';
import type { TestReport } from 'datasource-sdk';

import { FailurePanel } from '../../components/FailurePanel';
import { TestChecks } from '../../components/TestChecks';
import classes from './DraftTest.module.css';

interface Props {
  running: boolean;
  report: TestReport | undefined;
  error: unknown;
  /** The form was changed after this test. */
  stale: boolean;
}

/** The outcome of testing an unsaved source. */
export function DraftTest({ running, report, error, stale }: Props) {
  return (
    <section className={classes.panel} aria-label="Connection test">
      <div aria-live="polite">
        <Title order={2} size="h3" className={classes.head}>
          {running ? (
            <>
              <Loader size={14} /> Testing…
            </>
          ) : report === undefined ? (
            'Connection test'
          ) : (
            <span data-outcome={report.passed ? 'passed' : 'failed'}>{report.passed ? 'Test passed' : 'Test failed'}</span>
          )}
        </Title>
        {running ? null : report !== undefined ? (
          <>
            {stale ? <p className={classes.hint}>Something was changed since. Test again to be sure.</p> : null}
            <TestChecks report={report} />
          </>
        ) : error ? (
          <FailurePanel error={error} title="The test could not be run" />
        ) : (
          <p className={classes.hint}>Test before you save: every step shows here with what it found and how long it took.</p>
        )}
      </div>
    </section>
  );
}
