/** A duration with a unit that suits it: 0.31 ms, 42 ms, 1.24 s, 2 min 05 s. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 10) return `${trim(milliseconds.toFixed(milliseconds < 1 ? 2 : 1))} ms`;
  if (milliseconds < 1_000) return `${milliseconds.toFixed(0)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1_000).toFixed(2)} s`;
  const seconds = Math.floor(milliseconds / 1_000);
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

function trim(number: string): string {
  return number.replace(/\.?0+$/, '') || '0';
}
