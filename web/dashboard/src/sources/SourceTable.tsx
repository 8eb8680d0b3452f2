import type { Connector, DataSource } from 'datasource-sdk';
import { useState } from 'react';

import { More } from '../components/More';
import { useSome } from '../components/useSome';
import { useHealth } from '../sdk/health';
import { DeleteSource } from './DeleteSource';
import { HealthDrawer } from './health/HealthDrawer';
import { RotateCredentials } from './RotateCredentials';
import { SourceRow } from './SourceRow';
import classes from './SourceTable.module.css';

interface Props {
  sources: readonly DataSource[];
  connectorOf: (source: DataSource) => Connector | undefined;
}

export function SourceTable({ sources, connectorOf }: Props) {
  const [leaving, setLeaving] = useState<DataSource | null>(null);
  const [examined, setExamined] = useState<DataSource | null>(null);
  const health = useHealth().data;
  const [rotating, setRotating] = useState<DataSource | null>(null);
  const listed = useSome(sources);
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
            <th scope="col" className={classes.rolesHead}>
              Roles
            </th>
            <th scope="col" className={classes.testHead}>
              Last test
            </th>
            <th scope="col" className={classes.actionsHead}>
              Actions
            </th>
          </tr>
        </thead>
        {listed.some.map((source) => (
          <SourceRow
            key={source.id}
            source={source}
            connector={connectorOf(source)}
            health={health?.get(source.name)}
            onHealth={() => setExamined(source)}
            onRotate={() => setRotating(source)}
            onDelete={() => setLeaving(source)}
          />
        ))}
      </table>
      <More {...listed} one="source" of={sources.length} />
      <HealthDrawer source={examined} onClose={() => setExamined(null)} />
      <RotateCredentials
        source={rotating}
        connector={rotating === null ? undefined : connectorOf(rotating)}
        onClose={() => setRotating(null)}
      />
      <DeleteSource
        source={leaving}
        connector={leaving === null ? undefined : connectorOf(leaving)}
        onClose={() => setLeaving(null)}
      />
    </>
  );
}
