import { Button } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';

import { useDataSources } from '../sdk/dataSources';
import { isConnectionError } from '../sdk/failure';
import classes from './OfflineBanner.module.css';

/** Shown on every page while the gateway is away. The list of sources is the heartbeat: it is asked for again until it comes. */
export function OfflineBanner() {
  const sources = useDataSources();
  if (!isConnectionError(sources.error)) return null;
  return (
    <div className={classes.banner} role="alert">
      <IconPlugConnectedX size={18} stroke={1.75} className={classes.icon} aria-hidden />
      <p className={classes.text}>
        <strong>The gateway does not answer.</strong> Start it again; this page goes on by itself when it is back.
      </p>
      <Button size="compact-sm" variant="default" loading={sources.isFetching} onClick={() => void sources.refetch()}>
        Try now
      </Button>
    </div>
  );
}
