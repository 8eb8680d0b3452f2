import type { HealthState, ProbeOutcome, SourceHealth } from 'datasource-sdk';

import { formatDuration } from '../../format/duration';
import { formatSpan } from '../../format/span';

export const stateTitles: Readonly<Record<HealthState, string>> = { up: 'Up', down: 'Down', unknown: 'Not probed yet', disabled: 'Not probed' };

const checkTitles: Readonly<Record<string, string>> = {
  resolve: 'Resolve host name',
  connect: 'Connect to the server',
  tls: 'Negotiate TLS',
  authenticate: 'Sign in',
  version: 'Read the version',
  tables: 'List tables',
  open: 'Open',
  statement: 'Statement',
  answer: 'Answer in time',
};

/** The check that failed, as a test names it; empty when none did. */
export function checkTitle({ check = '' }: ProbeOutcome): string {
  return checkTitles[check] ?? check;
}

/** How long a source has been as it is: "3 h"; empty when that is not known. */
export function formatSince({ since }: SourceHealth, now = Date.now()): string {
  const from = Date.parse(since ?? '');
  return Number.isNaN(from) ? '' : formatSpan(now - from);
}

/** The state in a few words: "Up for 3 h, 2.1 ms", "Down for 2 min", "Not probed yet". */
export function stateText(health: SourceHealth): string {
  const since = formatSince(health);
  const text = since === '' ? stateTitles[health.state] : `${stateTitles[health.state]} for ${since}`;
  return health.state === 'up' && health.last?.up ? `${text}, ${formatDuration(health.last.durationMs)}` : text;
}

/** How many probes there are, and how many of them failed: "57 probes, 3 failed". */
export function countText(probes: readonly ProbeOutcome[]): string {
  const failed = probes.filter(({ up }) => !up).length;
  const all = `${probes.length} ${probes.length === 1 ? 'probe' : 'probes'}`;
  return failed === 0 ? `${all}, all passed` : failed === probes.length ? `${all}, all failed` : `${all}, ${failed} failed`;
}
