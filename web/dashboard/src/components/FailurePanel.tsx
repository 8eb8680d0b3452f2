import { Text, Title } from '@mantine/core';
import { IconAlertCircle } from '@tabler/icons-react';
import type { Violation } from 'datasource-sdk';
import type { ReactNode } from 'react';

import { capitalised, describe, sentence } from '../sdk/failure';
import classes from './FailurePanel.module.css';

interface Props {
  error: unknown;
  /** Instead of the title that the kind of error gives. */
  title?: string | undefined;
  /** Instead of the error's own words. */
  message?: string | undefined;
  /** Instead of the next step that the kind of error gives. */
  next?: string | undefined;
  action?: ReactNode | undefined;
}

/** An error with its words, the fields that it names and the next step. */
export function FailurePanel({ error, title, message, next, action }: Props) {
  const failure = { ...describe(error), ...(message === undefined ? {} : { message }) };
  // The message of a request that breaks rules repeats them: the list says it better.
  const violations = message === undefined ? failure.violations : [];
  const listed = violations.length > 0;
  return (
    <div className={classes.panel} role="alert">
      <IconAlertCircle size={18} stroke={1.75} className={classes.icon} aria-hidden />
      <div className={classes.body}>
        <Title order={2} size="h3">
          {title ?? failure.title}
        </Title>
        {violations.length === 1 ? (
          <p className={classes.message}>
            <ViolationText violation={violations[0]} />
          </p>
        ) : listed ? (
          <ul className={classes.list}>
            {violations.map((violation) => (
              <li key={`${violation.field}:${violation.code}`}>
                <ViolationText violation={violation} />
              </li>
            ))}
          </ul>
        ) : (
          // Several lines point at a place in a text: they need characters of one width.
          <p className={classes.message} data-lines={failure.message.includes('\n') || undefined}>
            {capitalised(failure.message)}
          </p>
        )}
        {listed ? null : (
          <Text size="sm" c="dimmed">
            {next ?? failure.next}
          </Text>
        )}
        {action === undefined ? null : <div className={classes.action}>{action}</div>}
      </div>
    </div>
  );
}

function ViolationText({ violation }: { violation: Violation | undefined }) {
  if (violation === undefined) return null;
  return (
    <>
      {sentence(violation)} {violation.field ? <code className={classes.field}>{violation.field}</code> : null}
    </>
  );
}
