// What the parts of the gateway's benchmark share: how figures are told and kept, and which targets were missed.

/** What was measured and missed its target. */
export const misses = [];

const sections = [];

export const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** What the figures that follow are of, and who is compared how where that needs words. */
export function heading(title, words = '') {
  sections.push({ title, words, figures: [], skipped: [] });
  console.log(`\n${title}`);
}

/** One figure, and whether it met its target. */
export function tell(what, value, unit, target) {
  const met = target === undefined || value <= target.most;
  if (!met) misses.push(what);
  const figure = { what, value: `${value.toFixed(2)}${unit}`, target: target === undefined ? '' : `at most ${target.most}${unit}`, met };
  sections.at(-1).figures.push(figure);
  const verdict = target === undefined ? '' : `   target: ${figure.target}${met ? '' : '   MISSED'}`;
  console.log(`${what.padEnd(64)}${value.toFixed(2).padStart(10)} ${unit}${verdict}`);
}

/** What was not measured, and what is missing for it. */
export function skip(what, why) {
  sections.at(-1).skipped.push(`Not measured: ${what}. ${why}.`);
  console.log(`${what}: skipped, ${why}`);
}

const table = (figures) =>
  [['', 'median', 'target'], ['---', '---', '---'], ...figures.map(({ what, value, target, met }) => [what, value, met ? target : `${target}: **missed**`])]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');

/** All that was told, as sections for docs/benchmarks.md. */
export const markdown = () =>
  sections.map(({ title, words, figures, skipped }) => [`### ${title}`, words, table(figures), ...skipped].filter(Boolean).join('\n\n')).join('\n\n');
