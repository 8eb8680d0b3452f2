import type { ProbeOutcome } from 'datasource-sdk';

import { formatDuration } from '../../format/duration';
import { clockTime } from '../../format/time';
import classes from './ProbeStrip.module.css';
import { checkTitle, countText } from './words';

/** Places for bars, which can still be told apart on a narrow screen. */
const places = 60;

/**
 * The newest probes from left to right, a bar each: its height is its latency, and one that failed is full and hatched. Places without a probe
 * stay flat. The list has the same in words.
 */
export function ProbeStrip({ probes }: { probes: readonly ProbeOutcome[] }) {
  const bars = probes.slice(0, places).reverse();
  const slowest = Math.max(0, ...bars.filter(({ up }) => up).map(({ durationMs }) => durationMs));
  const [first] = bars;
  if (first === undefined) return null;
  return (
    <figure className={classes.strip}>
      <div className={classes.bars} role="img" aria-label={countText(bars)}>
        {Array.from({ length: places - bars.length }, (_, place) => (
          <span key={place} className={classes.bar} data-empty />
        ))}
        {bars.map((probe) => (
          <span
            key={probe.time}
            className={classes.bar}
            data-up={probe.up}
            title={barTitle(probe)}
            style={{ height: probe.up ? `${slowest === 0 ? 10 : 10 + 70 * (probe.durationMs / slowest)}%` : '100%' }}
          />
        ))}
      </div>
      <figcaption className={classes.caption}>
        <span>
          {countText(bars)} since <time dateTime={first.time}>{clockTime(Date.parse(first.time)).slice(11)}</time>
        </span>
        <span>now</span>
      </figcaption>
    </figure>
  );
}

function barTitle(probe: ProbeOutcome): string {
  const head = `${clockTime(Date.parse(probe.time))}, ${probe.up ? 'up' : `down: ${checkTitle(probe)}`}, ${formatDuration(probe.durationMs)}`;
  return probe.up ? head : `${head}\n${probe.message}`;
}
