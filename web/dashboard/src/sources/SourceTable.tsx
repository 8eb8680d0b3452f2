import type { Connector, DataSource } from 'datasource-sdk';
import { useState } from 'react';

import { DeleteSource } from './DeleteSource';
import { SourceRow } from './SourceRow';
import classes from './SourceTable.module.css';

interface Props {
  sources: readonly DataSource[];
  connectors: readonly Connector[];
}

export function SourceTable({ sources, connectors }: Props) {
  const [leaving, setLeaving] = useState<DataSource | null>(null);
  const connectorOf = (source: DataSource) => connectors.find(({ id }) => id === source.connector);
  return (
    <>
      <table className={classes.table} aria-label="Sources">
        <thead>
          <tr>
            <th scope="col" className={classes.nameHead}>
              Name
            </th>
            <th scope="col" className={classes.connectorHead}>
              Connector
            </th>
            <th scope="col">Address</th>
            <th scope="col" className={classes.statusHead}>
              Status
            </th>
            <th scope="col" className={classes.testHead}>
              Last test
            </th>
            <th scope="col" className={classes.actionsHead}>
              Actions
            </th>
          </tr>
        </thead>
        {sources.map((source) => (
          <SourceRow
            key={source.name}
            source={source}
            connector={connectorOf(source)}
            onDelete={() => setLeaving(source)}
          />
        ))}
      </table>
      <DeleteSource
        source={leaving}
        connector={leaving === null ? undefined : connectorOf(leaving)}
        onClose={() => setLeaving(null)}
      />
    </>
  );
}
