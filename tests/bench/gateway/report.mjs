// What the parts of the gateway's benchmark share: how figures are told, and which targets were missed.

/** What was measured and missed its target. */
export const misses = [];

export const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** One line, and whether the target was met. */
export function tell(what, value, unit, target) {
  const met = target === undefined || value <= target.most;
  if (!met) misses.push(what);
  const verdict = target === undefined ? '' : `   target: at most ${target.most}${unit}${met ? '' : '   MISSED'}`;
  console.log(`${what.padEnd(64)}${value.toFixed(2).padStart(10)} ${unit}${verdict}`);
}
