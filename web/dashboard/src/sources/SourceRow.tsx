import type { Connector, DataSource, SourceHealth } from 'datasource-sdk';
import { useId, useState } from 'react';

import { toast } from '../components/toasts/toast';
import { ConnectorIcon } from '../components/ConnectorIcon';
import { StatusLabel } from '../components/StatusLabel';
import { stopTest, useLastTest, useSetStatus, useTestDataSource } from '../sdk/dataSources';
import { capitalised, describe, isCancelled } from '../sdk/failure';
import { address } from './address';
import { engineTitle } from './engines';
import { HealthButton } from './health/HealthButton';
import { LastTestAnnouncement, LastTestReport, LastTestSummary } from './LastTest';
import { SourceActions } from './SourceActions';
import classes from './SourceTable.module.css';

interface Props {
  source: DataSource;
  connector: Connector | undefined;
  /** Undefined where it is not known or not watched. */
  health: SourceHealth | undefined;
  onHealth: () => void;
  onRotate: () => void;
  onDelete: () => void;
}

/** One source; below it, once tested, the steps of its test. */
export function SourceRow({ source, connector, health, onHealth, onRotate, onDelete }: Props) {
  const test = useTestDataSource(source);
  const status = useSetStatus();
  const last = useLastTest(source);
  const [open, setOpen] = useState(false);
  const reportId = useId();
  const where = address(source, connector);

  const run = () => {
    test.mutate(undefined, {
      onSuccess: (report) => setOpen(!report.passed),
      onError: (error) => setOpen(!isCancelled(error)),
    });
  };
  const turn = () => {
    const next = source.status === 'DISABLED' ? 'ACTIVE' : 'DISABLED';
    status.mutate(
      { source, status: next },
      {
        onSuccess: () => {
          const message = next === 'ACTIVE' ? `${source.name} is enabled` : `${source.name} is disabled: statements that name it are refused`;
          toast(message, { tone: next === 'ACTIVE' ? 'good' : 'neutral' });
        },
        onError: (error) => {
          const { message, next: advice } = describe(error);
          toast(`${capitalised(message)}. ${advice}`, { tone: 'bad', title: `${source.name} stays as it was` });
        },
      },
    );
  };

  return (
    <tbody className={classes.group} data-status={source.status}>
      <tr>
        <th scope="row" className={classes.name}>
          {source.name}
          {source.description ? <span className={classes.description}>{source.description}</span> : null}
        </th>
        <td data-label="Connector">
          <span className={classes.connector}>
            <ConnectorIcon connector={connector} size={16} />
            {connector?.title ?? source.connector}
          </span>
          {source.engine === undefined ? null : <span className={classes.engine}>on {engineTitle(source.engine)}</span>}
        </td>
        <td data-label="Address" className={classes.address} title={where}>
          {where}
        </td>
        <td data-label="Status">
          <StatusLabel status={source.status} />
          {health === undefined ? null : <HealthButton health={health} onOpen={onHealth} />}
        </td>
        <td data-label="Roles" className={classes.roles}>
          {source.allowedRoles.length === 0 ? <span className={classes.everybody}>Everybody</span> : source.allowedRoles.join(', ')}
        </td>
        <td data-label="Last test" className={classes.test}>
          <LastTestSummary last={last} open={open} reportId={reportId} onToggle={() => setOpen(!open)} />
          <LastTestAnnouncement last={last} name={source.name} />
        </td>
        <td className={classes.actions}>
          <SourceActions
            source={source}
            connector={connector}
            testing={last?.running ?? false}
            switching={status.isPending}
            onTest={run}
            onStop={() => stopTest(source)}
            onSwitch={turn}
            onRotate={onRotate}
            onDelete={onDelete}
          />
        </td>
      </tr>
      {open && last !== undefined && !last.running ? (
        <tr className={classes.report}>
          <td colSpan={7} id={reportId}>
            <LastTestReport last={last} name={source.name} />
          </td>
        </tr>
      ) : null}
    </tbody>
  );
}
