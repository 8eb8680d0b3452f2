import type { TestReport } from 'datasource-sdk';
import { useSyncExternalStore } from 'react';

/** The outcome of a test, and when it ended in milliseconds since 1970. Reports hold no secrets. */
export interface TestOutcome {
  at: number;
  report: TestReport;
}

const key = 'data-sources.tests';
const most = 200;

type Outcomes = Readonly<Record<string, TestOutcome>>;

let outcomes = load();
const listeners = new Set<() => void>();

/** By the id of the source, which no later source of the same name shares. */
export function useTestOutcome(id: string): TestOutcome | undefined {
  return useSyncExternalStore(subscribe, () => outcomes[id]);
}

export function noteTest(id: string, report: TestReport): void {
  const rest = Object.entries(outcomes).filter(([other]) => other !== id);
  rest.sort(([, a], [, b]) => b.at - a.at);
  change(Object.fromEntries([[id, { at: Date.now(), report }], ...rest.slice(0, most - 1)]));
}

/** The source has changed: what was found out is not true of it any more. */
export function forgetTest(id: string): void {
  if (outcomes[id] !== undefined) change(Object.fromEntries(Object.entries(outcomes).filter(([other]) => other !== id)));
}

function change(next: Outcomes): void {
  outcomes = next;
  try {
    localStorage.setItem(key, JSON.stringify(next));
  } catch {
    // Storage may be refused or full: the outcomes then last as long as the page.
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  const fromElsewhere = (event: StorageEvent) => {
    if (event.key !== key) return;
    outcomes = load();
    listener();
  };
  listeners.add(listener);
  window.addEventListener('storage', fromElsewhere);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('storage', fromElsewhere);
  };
}

function load(): Outcomes {
  try {
    const saved = JSON.parse(localStorage.getItem(key) ?? '{}') as Record<string, Partial<TestOutcome> | null>;
    return Object.fromEntries(Object.entries(saved).filter(([, test]) => typeof test?.at === 'number' && Array.isArray(test.report?.checks))) as Outcomes;
  } catch {
    return {};
  }
}
