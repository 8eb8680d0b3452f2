import { UnstyledButton, VisuallyHidden } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';

import { FailurePanel } from '../components/FailurePanel';
import { TestChecks } from '../components/TestChecks';
import { formatAgo, formatMoment } from '../format/ago';
import { formatDuration } from '../format/duration';
import type { LastTest } from '../sdk/dataSources';
import { useTitles } from '../sdk/titles';
import classes from './LastTest.module.css';

interface SummaryProps {
  last: LastTest | undefined;
  open: boolean;
  reportId: string;
  onToggle: () => void;
}

/** The outcome in a word and its total time; opens the report. */
export function LastTestSummary({ last, open, reportId, onToggle }: SummaryProps) {
  if (last === undefined) return <span className={classes.none}>Not tested</span>;
  if (last.running) return <span className={classes.none}>Testing…</span>;
  const passed = last.report?.passed ?? false;
  const total = (last.report?.checks ?? []).reduce((sum, { durationMs }) => sum + durationMs, 0);
  return (
    <UnstyledButton
      className={classes.summary}
      data-outcome={passed ? 'passed' : 'failed'}
      aria-expanded={open}
      aria-controls={open ? reportId : undefined}
      onClick={onToggle}
    >
      <span>
        {passed ? 'Passed' : 'Failed'}
        {last.at === undefined ? null : (
          <span className={classes.total} title={`${formatMoment(last.at)}, in ${formatDuration(total)}`}>
            {' '}
            {formatAgo(last.at)}
          </span>
        )}
      </span>
      <IconChevronDown size={14} className={classes.chevron} aria-hidden />
    </UnstyledButton>
  );
}

/** What a screen reader says when a test ends. */
export function LastTestAnnouncement({ last, name }: { last: LastTest | undefined; name: string }) {
  const outcome = last === undefined || last.running ? '' : (last.report?.message ?? 'The test could not be run');
  const titled = useTitles(last?.report?.connector);
  return <VisuallyHidden role="status">{outcome === '' ? '' : `${name}: ${titled(outcome)}`}</VisuallyHidden>;
}

export function LastTestReport({ last, name }: { last: LastTest; name: string }) {
  if (last.report === undefined) return <FailurePanel error={last.error} title={`${name} could not be tested`} />;
  return (
    <div className={classes.report}>
      <TestChecks report={last.report} />
    </div>
  );
}
