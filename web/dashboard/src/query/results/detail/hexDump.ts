const width = 8;
/** Bytes that are shown of a value: enough to know it by. */
const most = 4_096;

/** Lines of offset, bytes and the characters among them. */
export function hexDump(bytes: Uint8Array): string {
  const lines = [];
  for (let start = 0; start < Math.min(bytes.length, most); start += width) {
    const part = bytes.subarray(start, Math.min(start + width, most));
    const digits = [...part].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const characters = [...part].map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    lines.push(`${start.toString(16).padStart(4, '0')}  ${digits.padEnd(width * 3 - 1)}  ${characters}`);
  }
  return bytes.length > most ? `${lines.join('\n')}\n…` : lines.join('\n');
}
