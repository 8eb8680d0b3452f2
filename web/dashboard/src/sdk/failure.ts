import { DataSourceError, type Violation } from 'datasource-sdk';

/** An error as people are shown it: what happened, in whose words, and what to do next. */
export interface Failure {
  title: string;
  message: string;
  next: string;
  violations: readonly Violation[];
}

type Kind = DataSourceError['kind'];

const advice: Record<Kind, { title: string; next: string }> = {
  invalid: { title: 'The request is not valid', next: 'Correct it and try again.' },
  not_found: { title: 'Not found', next: 'It may have been deleted. Reload the page.' },
  conflict: { title: 'It conflicts with what is there', next: 'Change it, or reload the page to see the current state.' },
  unauthorized: { title: 'Sign-in is needed', next: 'The gateway does not know you. Check your credentials.' },
  forbidden: { title: 'Not allowed', next: 'Ask for a role that may do this.' },
  disabled: { title: 'The data source is disabled', next: 'Enable it, or use another one.' },
  unsupported: { title: 'Not supported here', next: 'Another engine may be able to do this.' },
  timeout: { title: 'It took too long', next: 'Try again, or ask for less.' },
  cancelled: { title: 'Cancelled', next: 'Nothing was changed.' },
  connection: { title: 'The gateway does not answer', next: 'Check that it is running, then try again.' },
  server: { title: 'The server failed', next: 'Try again. If it stays, look into the log of the gateway.' },
  malformed: { title: 'The reply could not be read', next: 'Something between here and the gateway may have changed it.' },
};

export function describe(error: unknown): Failure {
  if (error instanceof DataSourceError) {
    // A kind that a newer package adds is shown as a failure of the server.
    const { title, next } = advice[error.kind] ?? advice.server;
    return { title, next, message: error.message, violations: violationsOf(error) };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { title: 'Something went wrong', next: 'Reload the page.', message, violations: [] };
}

/**
 * The broken rules that an error speaks of. One that names a field and lists no rules counts as one.
 *
 * @param taken The field that a conflict is about, where the request can conflict over one only.
 */
export function violationsOf(error: unknown, taken = ''): readonly Violation[] {
  if (!(error instanceof DataSourceError)) return [];
  const { kind, message, violations } = error;
  if (isDisabled(error)) return []; // the field is one of the source's, not of the request
  const field = error.field || (kind === 'conflict' ? taken : '');
  if (violations.length > 0 || field === '') return violations;
  const prefix = `${field}: `;
  return [{ field, code: kind, message: message.startsWith(prefix) ? message.slice(prefix.length) : message, fix: '' }];
}

export function isConnectionError(error: unknown): boolean {
  return error instanceof DataSourceError && error.kind === 'connection';
}

export function isDisabled(error: unknown): boolean {
  return error instanceof DataSourceError && error.kind === 'disabled';
}

export function isCancelled(error: unknown): boolean {
  if (error instanceof DOMException) return error.name === 'AbortError';
  return error instanceof DataSourceError && error.kind === 'cancelled';
}

/** The source is another one than the one that was read and was to be replaced. */
export function isOutdated(error: unknown): boolean {
  return error instanceof DataSourceError && error.status === 412;
}

export function isRetryable(error: unknown): boolean {
  return error instanceof DataSourceError && error.retryable;
}

/** A violation as one sentence: what is wrong, then what to do. */
export function sentence({ message, fix }: Pick<Violation, 'message' | 'fix'>): string {
  return capitalised(fix ? `${message}; ${fix}` : message);
}

export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
