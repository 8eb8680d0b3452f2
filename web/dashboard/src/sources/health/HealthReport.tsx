import { Button, Skeleton, Stack } from '@mantine/core';
import { IconHeartbeat } from '@tabler/icons-react';
import type { DataSource, SourceHealth } from 'datasource-sdk';

import { EmptyState } from '../../components/EmptyState';
import { FailurePanel } from '../../components/FailurePanel';
import { formatMoment } from '../../format/ago';
import { formatDuration } from '../../format/duration';
import { formatShare } from '../../format/share';
import { formatSpan } from '../../format/span';
import { stopTest, useLastTest, useTestDataSource } from '../../sdk/dataSources';
import { useSourceHealth } from '../../sdk/health';
import { useTitles } from '../../sdk/titles';
import classes from './HealthReport.module.css';
import { ProbeList } from './ProbeList';
import { ProbeStrip } from './ProbeStrip';
import { checkTitle, formatSince, stateTitles } from './words';

/** The state of a source and what it means, its time up, and its newest probes. */
export function HealthReport({ source }: { source: DataSource }) {
  const health = useSourceHealth(source.name);
  if (health.isPending) {
    return (
      <Stack gap="sm" role="status" aria-label="Loading health">
        <Skeleton h={48} />
        <Skeleton h={72} />
        <Skeleton h={160} />
      </Stack>
    );
  }
  if (health.data === undefined) {
    return (
      <FailurePanel
        error={health.error}
        title="Its health could not be read"
        action={
          <Button size="xs" variant="default" loading={health.isFetching} onClick={() => void health.refetch()}>
            Try again
          </Button>
        }
      />
    );
  }
  const { probes = [] } = health.data;
  return (
    <Stack gap="md">
      <State source={source} health={health.data} />
      {probes.length === 0 ? (
        <EmptyState icon={<IconHeartbeat size={28} stroke={1.5} />} title="No probes yet">
          {source.status === 'DISABLED'
            ? 'A disabled source is not probed.'
            : 'The gateway probes its sources at an interval, and soon after they were written. A test counts too.'}
        </EmptyState>
      ) : (
        <>
          <Figures health={health.data} />
          <ProbeStrip probes={probes} />
          <ProbeList probes={probes} connector={source.connector} />
        </>
      )}
    </Stack>
  );
}

function State({ source, health }: { source: DataSource; health: SourceHealth }) {
  const { last, since, state } = health;
  const test = useTestDataSource(source);
  const testing = useLastTest(source)?.running ?? false;
  const lasts = formatSince(health);
  const check = last === undefined ? '' : checkTitle(last);
  const titled = useTitles(source.connector);
  return (
    <div>
      <div className={classes.head}>
        <p className={classes.state} data-state={state}>
          <strong>{stateTitles[state]}</strong>
          {lasts === '' || since === undefined ? null : <span title={formatMoment(Date.parse(since))}> for {lasts}</span>}
        </p>
        {state === 'disabled' ? null : (
          <Button size="compact-sm" variant="default" onClick={() => (testing ? stopTest(source) : test.mutate())}>
            {testing ? 'Stop' : 'Test now'}
          </Button>
        )}
      </div>
      {state === 'down' && last !== undefined ? (
        <>
          <p className={classes.reason}>
            {check === '' ? null : <strong>{check}: </strong>}
            {titled(last.message)}
          </p>
          <p className={classes.meaning}>
            Reads show it with the status Error until a probe or a test passes. It is not switched off: statements that name it are still tried.
          </p>
        </>
      ) : state === 'up' && last?.up ? (
        <p className={classes.meaning}>{last.message}</p>
      ) : state === 'disabled' ? (
        <p className={classes.meaning}>It is disabled: nothing probes it, and statements that name it are refused.</p>
      ) : null}
    </div>
  );
}

function Figures({ health }: { health: SourceHealth }) {
  const { last, observedMs, probes = [], uptime, windowMs } = health;
  const passed = probes.filter(({ up }) => up).map(({ durationMs }) => durationMs);
  const middle = passed.sort((a, b) => a - b)[passed.length >> 1];
  return (
    <dl className={classes.figures}>
      {uptime === undefined ? null : (
        <div>
          <dt>Uptime</dt>
          <dd>{formatShare(uptime)}</dd>
          <dd className={classes.note}>
            {observedMs >= windowMs * 0.99 ? `of the last ${formatSpan(windowMs)}` : `of ${formatSpan(observedMs)} observed in ${formatSpan(windowMs)}`}
          </dd>
        </div>
      )}
      <div>
        <dt>Latency</dt>
        <dd>{middle === undefined ? '–' : formatDuration(middle)}</dd>
        <dd className={classes.note}>median of those that passed</dd>
      </div>
      {last === undefined ? null : (
        <div>
          <dt>Last probe</dt>
          <dd>{formatDuration(last.durationMs)}</dd>
          <dd className={classes.note}>{formatMoment(Date.parse(last.time))}</dd>
        </div>
      )}
    </dl>
  );
}
