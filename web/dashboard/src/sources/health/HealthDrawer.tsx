import { Drawer } from '@mantine/core';
import type { DataSource } from 'datasource-sdk';
import { useEffect, useState } from 'react';

import { HealthReport } from './HealthReport';

interface Props {
  /** The source whose health is shown; null keeps the drawer closed. */
  source: DataSource | null;
  onClose: () => void;
}

/** How a source is and was, beside the list. */
export function HealthDrawer({ source, onClose }: Props) {
  // What is said stays readable while the drawer slides out.
  const [shown, setShown] = useState(source);
  useEffect(() => {
    if (source !== null) setShown(source);
  }, [source]);
  return (
    <Drawer
      opened={source !== null}
      onClose={onClose}
      position="right"
      size="min(34rem, 100vw)"
      padding="md"
      title={`Health of ${shown?.name ?? ''}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {shown === null ? null : <HealthReport key={shown.id} source={shown} />}
    </Drawer>
  );
}
