import type { DataSource } from 'datasource-sdk';

import classes from './StatusLabel.module.css';

const titles: Record<string, string> = { ACTIVE: 'Active', DISABLED: 'Disabled', ERROR: 'Error' };

export function statusTitle(status: string): string {
  return titles[status] ?? status;
}

export function StatusLabel({ status = 'ACTIVE' }: { status: DataSource['status'] }) {
  return (
    <span className={classes.status} data-status={status}>
      {statusTitle(status)}
    </span>
  );
}
