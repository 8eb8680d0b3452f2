import { useSyncExternalStore } from 'react';

/** A value that every window of the dashboard shares and that outlasts them. */
export interface Store<T> {
  get: () => T;
  set: (value: T) => void;
  /** The value, and a new rendering whenever it changes, here or in another window. */
  use: () => T;
}

/**
 * A value in localStorage.
 *
 * @param read Makes a value of what was found there, which may be undefined or what another version wrote. It may throw: that counts as nothing found.
 */
export function createStore<T>(key: string, read: (found: unknown) => T): Store<T> {
  const load = (): T => {
    try {
      return read(JSON.parse(localStorage.getItem(key) ?? 'null') ?? undefined);
    } catch {
      return read(undefined);
    }
  };
  let value = load();
  const listeners = new Set<() => void>();
  window.addEventListener('storage', (event) => {
    // No key: everything was cleared.
    if (event.key !== key && event.key !== null) return;
    value = load();
    for (const listener of listeners) listener();
  });
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  return {
    get: () => value,
    set: (next) => {
      value = next;
      try {
        localStorage.setItem(key, JSON.stringify(next));
      } catch {
        // Storage may be refused or full: the value then lasts as long as the page.
      }
      for (const listener of listeners) listener();
    },
    use: () => useSyncExternalStore(subscribe, () => value),
  };
}
