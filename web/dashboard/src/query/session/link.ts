const marker = '#sql=';

/** An address that opens the statement, on this origin. It stands behind the `#`, which browsers send to no server. */
export function linkTo(statement: string): string {
  return `${window.location.origin}/${marker}${encodeURIComponent(statement)}`;
}

/** The statement that an address's fragment holds, if any. */
export function statementOf(fragment: string): string | undefined {
  if (!fragment.startsWith(marker)) return undefined;
  try {
    return decodeURIComponent(fragment.slice(marker.length)) || undefined;
  } catch {
    // Cut off in the middle of a character: what is left of it would be another statement.
    return undefined;
  }
}
