import { Button, Switch } from '@mantine/core';
import { IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import type { ProbeOutcome } from 'datasource-sdk';
import { useState } from 'react';

import { formatDuration } from '../../format/duration';
import { clockTime } from '../../format/time';
import { useTitles } from '../../sdk/titles';
import classes from './ProbeList.module.css';
import { checkTitle } from './words';

/** Why it was probed, where that is neither the usual nor said by the check that failed. */
const causes: Readonly<Record<ProbeOutcome['cause'], string>> = { interval: '', test: 'by a test', statement: '' };

/** Probes that are listed until more are asked for. */
const firstShown = 20;

interface Props {
  probes: readonly ProbeOutcome[];
  /** Of the source, by which what it says of fields is read. */
  connector: string;
}

/** The probes in words, newest first. */
export function ProbeList({ probes, connector }: Props) {
  const titled = useTitles(connector);
  const [all, setAll] = useState(false);
  const [failedOnly, setFailedOnly] = useState(false);
  const failed = probes.filter(({ up }) => !up);
  const mixed = failed.length > 0 && failed.length < probes.length;
  const listed = failedOnly && mixed ? failed : probes;
  const shown = all ? listed : listed.slice(0, firstShown);
  return (
    <section aria-labelledby="probes">
      <div className={classes.head}>
        <h3 id="probes" className={classes.title}>
          Probes
        </h3>
        {mixed ? (
          <Switch size="xs" label="Failed only" checked={failedOnly} onChange={(event) => setFailedOnly(event.currentTarget.checked)} />
        ) : null}
      </div>
      <ol className={classes.list} aria-label="Probes">
        {shown.map((probe, index) => (
          <Probe key={probe.time} probe={probe} message={probe.message === shown[index - 1]?.message ? '' : titled(probe.message)} />
        ))}
      </ol>
      {shown.length < listed.length ? (
        <Button mt="xs" size="compact-sm" variant="subtle" onClick={() => setAll(true)}>
          Show all {listed.length}
        </Button>
      ) : null}
    </section>
  );
}

/** @param message Empty where the one above says the same. */
function Probe({ probe, message }: { probe: ProbeOutcome; message: string }) {
  const { cause, durationMs, time, up } = probe;
  const Icon = up ? IconCircleCheck : IconCircleX;
  const clock = clockTime(Date.parse(time));
  return (
    <li className={classes.probe} data-up={up}>
      <Icon size={16} stroke={1.75} className={classes.mark} role="img" aria-label={up ? 'Up' : 'Down'} />
      <time dateTime={time} title={clock}>
        {clock.slice(11)}
      </time>
      <span className={classes.what}>{[up ? '' : checkTitle(probe), causes[cause]].filter(Boolean).join(', ')}</span>
      <span className={classes.duration}>{formatDuration(durationMs)}</span>
      {up || message === '' ? null : <span className={classes.message}>{message}</span>}
    </li>
  );
}
