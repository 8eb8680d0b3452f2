/** A share from 0 to 1 in per cent. What is not all is never rounded up to all, nor something down to nothing. */
export function formatShare(share: number): string {
  if (share >= 1) return '100 %';
  if (share <= 0) return '0 %';
  const percent = Math.min(99.99, Math.max(0.01, share * 100));
  return `${percent > 99 || percent < 1 ? percent.toFixed(2) : percent.toFixed(1)} %`;
}
