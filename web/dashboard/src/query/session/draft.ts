const key = 'data-sources.statement';

/** The statement that was in the editor when the page was left; undefined when there was none. */
export function loadText(): string | undefined {
  try {
    return localStorage.getItem(key) || undefined;
  } catch {
    // Storage may be refused or full: the editor then starts afresh.
    return undefined;
  }
}

export function saveText(text: string): void {
  try {
    localStorage.setItem(key, text);
  } catch {
    // As above.
  }
}
