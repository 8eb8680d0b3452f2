import { createStore } from '../../storage/store';

/** One statement that was run. Of its result only the number of rows is kept. */
export interface HistoryEntry {
  statement: string;
  /** When it was started, in milliseconds since 1970. */
  at: number;
  milliseconds: number;
  outcome: 'done' | 'failed' | 'cancelled';
  rows?: number;
}

const most = { entries: 200, characters: 400_000 };

const entries = createStore<readonly HistoryEntry[]>('data-sources.history', (found) => (Array.isArray(found) ? found.filter(isEntry) : []));

export function useHistory(): readonly HistoryEntry[] {
  return entries.use();
}

/** Adds a run, newest first. A statement stands in the history once, with its newest run; the oldest make room. */
export function noteRun(entry: HistoryEntry): void {
  const kept: HistoryEntry[] = [];
  let characters = 0;
  for (const candidate of [entry, ...entries.get().filter(({ statement }) => statement !== entry.statement)]) {
    characters += candidate.statement.length;
    if (kept.length === most.entries || characters > most.characters) break;
    kept.push(candidate);
  }
  entries.set(kept);
}

export function forgetRun(entry: HistoryEntry): void {
  entries.set(entries.get().filter((other) => other !== entry));
}

export function clearHistory(): void {
  entries.set([]);
}

/** The entries whose statement has every word. */
export function searchHistory(all: readonly HistoryEntry[], words: string): readonly HistoryEntry[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return wanted.length === 0 ? all : all.filter(({ statement }) => wanted.every((word) => statement.toLowerCase().includes(word)));
}

function isEntry(value: unknown): value is HistoryEntry {
  const { statement, at, milliseconds, outcome } = (value ?? {}) as Partial<HistoryEntry>;
  return typeof statement === 'string' && typeof at === 'number' && typeof milliseconds === 'number' && typeof outcome === 'string';
}
