/** The bytes of a Base64 text; undefined when it is none. */
export function bytesOf(base64: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/** Two digits a byte. */
export function hexOf(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

const units = ['B', 'kB', 'MB', 'GB'];

/** A size with a unit that suits it: 512 B, 1.2 kB, 38 MB. */
export function formatSize(bytes: number): string {
  let size = bytes;
  let unit = 0;
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1_000;
    unit += 1;
  }
  return `${unit === 0 || size >= 9.95 ? size.toFixed(0) : size.toFixed(1)} ${units[unit] ?? ''}`;
}
