import type { TestReport } from 'datasource-sdk';

import { createStore } from '../storage/store';

/** The outcome of a test, and when it ended in milliseconds since 1970. Reports hold no secrets. */
export interface TestOutcome {
  at: number;
  report: TestReport;
}

const most = 200;

/** By the id of the source, which no later source of the same name shares. */
const outcomes = createStore<Readonly<Record<string, TestOutcome>>>('data-sources.tests', (found) => {
  const entries = Object.entries((found ?? {}) as Record<string, Partial<TestOutcome> | null>);
  return Object.fromEntries(entries.filter(([, test]) => typeof test?.at === 'number' && Array.isArray(test.report?.checks))) as Record<string, TestOutcome>;
});

export function useTestOutcome(id: string): TestOutcome | undefined {
  return outcomes.use()[id];
}

export function noteTest(id: string, report: TestReport): void {
  const rest = Object.entries(outcomes.get()).filter(([other]) => other !== id);
  rest.sort(([, a], [, b]) => b.at - a.at);
  outcomes.set(Object.fromEntries([[id, { at: Date.now(), report }], ...rest.slice(0, most - 1)]));
}

/** The source has changed: what was found out is not true of it any more. */
export function forgetTest(id: string): void {
  if (outcomes.get()[id] !== undefined) outcomes.set(Object.fromEntries(Object.entries(outcomes.get()).filter(([other]) => other !== id)));
}
