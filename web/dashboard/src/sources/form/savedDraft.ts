import type { Field } from 'datasource-sdk';

import type { Draft } from './draft';

/** What was typed into a form and not saved yet, for as long as the browser's tab is open. Secrets are never written down. */
export function loadDraft(key: string, fields: readonly Field[]): Draft | undefined {
  try {
    const saved: unknown = JSON.parse(sessionStorage.getItem(key) ?? 'null');
    if (typeof saved !== 'object' || saved === null) return undefined;
    const names = new Set(['name', 'description', 'allowedRoles', ...fields.map(({ path }) => path)]);
    const entries = Object.entries(saved).filter(([path, value]) => names.has(path) && ['string', 'boolean'].includes(typeof value));
    return Object.fromEntries(entries) as Draft;
  } catch {
    // Storage may be refused, or hold what another version wrote: the form then starts afresh.
    return undefined;
  }
}

/** Only what differs from `start` is kept: what somebody else changes of a stored source meanwhile is not undone. */
export function saveDraft(key: string, draft: Draft, start: Draft, fields: readonly Field[]): void {
  const secrets = new Set(fields.filter(({ secret }) => secret).map(({ path }) => path));
  const changed = Object.entries(draft).filter(([path, value]) => !secrets.has(path) && value !== start[path]);
  try {
    sessionStorage.setItem(key, JSON.stringify(Object.fromEntries(changed)));
  } catch {
    // As above.
  }
}

export function dropDraft(key: string): void {
  try {
    sessionStorage.removeItem(key);
  } catch {
    // As above.
  }
}
